"""Which juror reads which file, and what they declared before reading it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.casefiles.concealment import not_concealed_from
from apps.juries.enums import AssignmentOrigin
from apps.juries.models.jury import Juror, Jury

# A row about a juror and a file: both belong to the same campaign.
SAME_CAMPAIGN = """
    IF (SELECT jury_id FROM juries_juror WHERE id = NEW.juror_id)
        IS DISTINCT FROM (SELECT campaign_id FROM casefiles_casefile WHERE id = NEW.case_file_id)
    THEN
        RAISE EXCEPTION 'file % is not before the jury of juror %', NEW.case_file_id, NEW.juror_id;
    END IF;
"""


def same_campaign() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="same_campaign",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("juror_id", "case_file_id"),
        func=f"{SAME_CAMPAIGN} RETURN NEW;",
    )


class Draw(models.Model):
    """One drawing of lots: with its seed, anybody can do it again and find the same."""

    jury = models.ForeignKey(Jury, on_delete=models.PROTECT, related_name="draws")
    seed = models.BigIntegerField("graine")
    reviews_per_file = models.PositiveSmallIntegerField("lectures par dossier")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField("tiré le")

    class Meta:
        verbose_name = "tirage au sort"
        verbose_name_plural = "tirages au sort"
        ordering = ("-drawn_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(seed__gte=0),
                name="draw_seed_positive",
                violation_error_message="La graine est un nombre entier, zéro ou plus.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.jury_id} ({self.seed})"


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def conflicts(self) -> DeclarationQuerySet:
        return self.filter(has_conflict=True)

    def visible_to(self, user: User) -> DeclarationQuerySet:
        return self.filter(not_concealed_from(user, "case_file"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), model_name="DeclarationHistory")
class Declaration(models.Model):
    """What a juror says of their interests in one file, before reading it.

    A conflict is final: the file no longer exists for them (concealment.py).
    """

    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="declarations")
    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="declarations"
    )
    has_conflict = models.BooleanField("conflit d’intérêts")
    reason = models.CharField(
        "lien avec le projet", max_length=300, blank=True, help_text="Lu par le guichet seul."
    )
    declared_at = models.DateTimeField("déclaré le")

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "déclaration d’intérêts"
        verbose_name_plural = "déclarations d’intérêts"
        ordering = ("juror", "case_file")
        indexes = (
            # What is hidden from a juror: every list of files asks (casefiles/concealment.py).
            models.Index(
                fields=("juror", "case_file"),
                condition=Q(has_conflict=True),
                name="declaration_conflict",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("juror", "case_file"), name="declaration_one_per_file"),
            models.CheckConstraint(
                condition=Q(has_conflict=True) | Q(reason=""),
                name="declaration_reason_only_for_conflict",
                violation_error_message="Un motif n’accompagne qu’un conflit d’intérêts.",
            ),
        )
        triggers = (
            same_campaign(),
            pgtrigger.ReadOnly(name="about_is_fixed", fields=["juror", "case_file"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="conflict_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__has_conflict=True),
            ),
            pgtrigger.Trigger(
                name="conflict_ends_reading",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__has_conflict=True),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM juries_assignment
                        WHERE juror_id = NEW.juror_id AND case_file_id = NEW.case_file_id
                    ) OR EXISTS (
                        SELECT 1 FROM juries_review
                        WHERE juror_id = NEW.juror_id AND case_file_id = NEW.case_file_id
                            AND status <> 'void'
                    ) THEN
                        RAISE EXCEPTION 'juror % still reads file %',
                            NEW.juror_id, NEW.case_file_id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.juror_id} {self.case_file_id}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User) -> AssignmentQuerySet:
        return self.filter(not_concealed_from(user, "case_file"))


class Assignment(models.Model):
    """A juror is asked to read a file. A conflict of interests takes it away."""

    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="assignments")
    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="jury_assignments"
    )
    origin = models.CharField("origine", max_length=10, choices=AssignmentOrigin.choices)
    draw = models.ForeignKey(
        Draw, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_at = models.DateTimeField("confié le")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "lecture confiée"
        verbose_name_plural = "lectures confiées"
        ordering = ("juror", "case_file")
        constraints = (
            models.UniqueConstraint(
                fields=("juror", "case_file"),
                name="assignment_one_per_file",
                violation_error_message="Ce juré lit déjà ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=AssignmentOrigin.values), name="assignment_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(origin=AssignmentOrigin.DRAWN, draw__isnull=False)
                | (~Q(origin=AssignmentOrigin.DRAWN) & Q(draw=None)),
                name="assignment_drawn_has_draw",
                violation_error_message="Une lecture tirée au sort nomme son tirage.",
            ),
        )
        triggers = (
            same_campaign(),
            pgtrigger.Trigger(
                name="no_conflict",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("juror_id", "case_file_id"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM juries_declaration
                        WHERE juror_id = NEW.juror_id AND case_file_id = NEW.case_file_id
                            AND has_conflict
                    ) THEN
                        RAISE EXCEPTION 'juror % declared a conflict about file %',
                            NEW.juror_id, NEW.case_file_id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.juror_id} {self.case_file_id}"
