from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest, Least

from apps.awards.enums import OutsideAid
from apps.casefiles.programmes import programmes


class IncompatibilityQuerySet(models.QuerySet["Incompatibility"]):
    def in_force(self, programme: str, on: date) -> IncompatibilityQuerySet:
        """The rows that bind a programme on a day, whichever side names it."""
        return self.binding([programme]).filter(valid_during__contains=on)

    def binding(self, programmes: Iterable[str]) -> IncompatibilityQuerySet:
        """The rows that bind any of these programmes, on any day."""
        slugs = list(programmes)
        return self.filter(Q(programme__in=slugs) | Q(with_programme__in=slugs))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="IncompatibilityHistory",
)
class Incompatibility(models.Model):
    """Two aids that one person may not have together, for a time.

    The other aid is one of our programmes, and the row then binds both, or comes from elsewhere.
    Without a row, any two aids go together.
    """

    programme = models.CharField("dispositif", max_length=40)
    with_programme = models.CharField("autre dispositif", max_length=40, blank=True)
    with_aid = models.CharField(
        "aide d’ailleurs", max_length=30, choices=OutsideAid.choices, blank=True
    )
    only_while_overlapping = models.BooleanField(
        "seulement aux mêmes dates",
        default=True,
        help_text="Les deux aides se suivent alors sans se gêner. "
        "Quand leurs dates manquent, la réponse est « à vérifier ».",
    )
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    source = models.CharField("source", max_length=300)

    objects = IncompatibilityQuerySet.as_manager()

    class Meta:
        verbose_name = "aides non cumulables"
        verbose_name_plural = "aides non cumulables"
        ordering = ("programme", "with_programme", "with_aid", "valid_during")
        constraints = (
            models.CheckConstraint(
                condition=Q(with_aid__in=("", *OutsideAid.values)),
                name="incompatibility_aid_known",
            ),
            models.CheckConstraint(
                condition=(Q(with_programme="") & ~Q(with_aid=""))
                | (~Q(with_programme="") & Q(with_aid="")),
                name="incompatibility_names_one_aid",
                violation_error_message="Choisissez un autre dispositif, ou une aide d’ailleurs.",
            ),
            # Both sides are read alike: the same two aids the other way round are the same row.
            ExclusionConstraint(
                name="incompatibility_no_overlap",
                expressions=(
                    (Least("programme", "with_programme"), RangeOperators.EQUAL),
                    (Greatest("programme", "with_programme"), RangeOperators.EQUAL),
                    ("with_aid", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Une règle existe déjà pour ces deux aides "
                "sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="incompatibility_has_a_start",
                violation_error_message="Cette règle a une date de début.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="incompatibility_has_a_source",
                violation_error_message="Nommez le texte qui fixe cette règle.",
            ),
        )

    def __str__(self) -> str:
        return (
            f"{self.label_of_other(self.with_programme)} et {self.label_of_other(self.programme)}"
        )

    def binds(self, programme: str, on: date) -> bool:
        """The same as `in_force`, for a row that is already read."""
        return programme in (self.programme, self.with_programme) and on in self.valid_during

    def other_than(self, programme: str) -> str:
        """The slug or the code of the other aid, seen from one of the two."""
        if self.with_aid:
            return self.with_aid
        return self.programme if self.with_programme == programme else self.with_programme

    def label_of_other(self, programme: str) -> str:
        """What people call it."""
        if self.with_aid:
            return self.get_with_aid_display()
        return _label(self.other_than(programme))


def _label(slug: str) -> str:
    programme = programmes.get(slug)
    return programme.label if programme else slug


class IncompatibilityOverride(models.Model):
    """A head lets one file have both aids all the same, and says why. Never undone (trigger)."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        related_name="incompatibility_overrides",
        verbose_name="dossier",
    )
    incompatibility = models.ForeignKey(
        Incompatibility,
        on_delete=models.PROTECT,
        related_name="overrides",
        verbose_name="règle levée",
    )
    reason = models.TextField("motif", max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "cumul admis"
        verbose_name_plural = "cumuls admis"
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("case_file", "incompatibility"),
                name="override_once_per_file",
                violation_error_message="Ce cumul est déjà admis pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="override_has_a_reason",
                violation_error_message="Dites pourquoi ce cumul est admis.",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="override_is_final", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            # Nobody lifts a rule for themselves, whoever they are.
            pgtrigger.Trigger(
                name="never_for_oneself",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM casefiles_casefile
                        WHERE id = NEW.case_file_id AND applicant_id = NEW.by_id
                    ) THEN
                        RAISE EXCEPTION 'Nobody overrides a rule for their own file.';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"Cumul admis pour le dossier {self.case_file_id}"
