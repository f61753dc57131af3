from __future__ import annotations

from datetime import date

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.readers import READER_ROLES
from apps.juries.enums import PhaseKind, ScoresShown


class JuryQuerySet(models.QuerySet["Jury"]):
    def at_desk_of(self, user: User) -> JuryQuerySet:
        """The juries of the programmes whose files `user` reads at the desk."""
        scope = None if user.is_superuser else user.programmes_for(*READER_ROLES)
        return self if scope is None else self.filter(campaign__programme__in=scope)

    def of_juror(self, user: User) -> JuryQuerySet:
        """The juries where `user` sits, as long as they are a member of the programme's."""
        scope = user.programmes_for(Role.COMMITTEE_MEMBER)
        mine = self.filter(jurors__user=user, jurors__is_active=True)
        return mine if scope is None else mine.filter(campaign__programme__in=scope)


class Jury(models.Model):
    """Who judges the files of one campaign, and how many readings each file gets."""

    campaign = models.OneToOneField(
        "casefiles.Campaign",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="jury",
        verbose_name="campagne",
    )
    reviews_per_file = models.PositiveSmallIntegerField("lectures par dossier", default=3)
    files_per_juror = models.PositiveSmallIntegerField(
        "dossiers par juré, au plus", null=True, blank=True, help_text="Vide : sans limite."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("créé le")

    objects = JuryQuerySet.as_manager()

    class Meta:
        verbose_name = "jury"
        verbose_name_plural = "jurys"
        ordering = ("-campaign__opens_on", "campaign")
        constraints = (
            models.CheckConstraint(
                condition=Q(reviews_per_file__range=(1, 20)),
                name="jury_reviews_per_file_plausible",
                violation_error_message="Un dossier est lu par 1 à 20 jurés.",
            ),
            models.CheckConstraint(
                condition=Q(files_per_juror=None) | Q(files_per_juror__gte=1),
                name="jury_cap_positive",
                violation_error_message="Un juré lit au moins un dossier.",
            ),
        )

    def __str__(self) -> str:
        return f"Jury, {self.campaign}"


class Criterion(models.Model):
    """What a file is judged on: marks from 0 to `highest`, counted `weight` times.

    Its scale and weight never change once a mark is given (trigger).
    """

    campaign = models.ForeignKey(
        "casefiles.Campaign", on_delete=models.PROTECT, related_name="criteria"
    )
    label = models.CharField("critère", max_length=120)
    help_text = models.CharField("ce que l’on regarde", max_length=300, blank=True)
    weight = models.DecimalField("coefficient", max_digits=5, decimal_places=2, default=1)
    highest = models.PositiveSmallIntegerField(
        "note la plus haute", default=5, help_text="La plus basse est 0."
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ("campaign", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "label"),
                name="criterion_label_unique",
                violation_error_message="Ce critère existe déjà.",
            ),
            models.CheckConstraint(
                condition=~Q(label=""),
                name="criterion_has_label",
                violation_error_message="Nommez le critère.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0),
                name="criterion_weight_positive",
                violation_error_message="Un coefficient est plus grand que zéro.",
            ),
            models.CheckConstraint(
                condition=Q(highest__range=(1, 100)),
                name="criterion_scale_plausible",
                violation_error_message="L’échelle va de 0 à un nombre entre 1 et 100.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="fixed_once_used",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("weight", "highest", "campaign_id"),
                func="""
                    IF (OLD.weight, OLD.highest, OLD.campaign_id)
                        IS DISTINCT FROM (NEW.weight, NEW.highest, NEW.campaign_id)
                        AND EXISTS (SELECT 1 FROM juries_score WHERE criterion_id = OLD.id)
                    THEN
                        RAISE EXCEPTION 'criterion % has marks already', OLD.id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.label


class PhaseQuerySet(models.QuerySet["Phase"]):
    def current(self, on: date) -> PhaseQuerySet:
        """At most one: phases never overlap (exclusion constraint)."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class Phase(models.Model):
    """A time of the jury, first and last day included, and what jurors see during it."""

    jury = models.ForeignKey(Jury, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField("phase", max_length=12, choices=PhaseKind.choices)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    scores_shown = models.CharField(
        "notes que voit un juré",
        max_length=10,
        choices=ScoresShown.choices,
        default=ScoresShown.OWN,
    )
    shows_juror_names = models.BooleanField("montrer qui a noté", default=False)
    is_anonymous = models.BooleanField(
        "lecture anonyme",
        default=False,
        help_text="Les jurés ne voient ni le porteur du projet, ni les pièces qui le nomment.",
    )

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = "phase du jury"
        verbose_name_plural = "phases du jury"
        ordering = ("jury", "starts_on")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=PhaseKind.values), name="phase_kind_known"),
            models.CheckConstraint(
                condition=Q(scores_shown__in=ScoresShown.values), name="phase_scores_shown_known"
            ),
            models.UniqueConstraint(fields=("jury", "kind"), name="phase_one_of_a_kind"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="phase_dates_ordered",
                violation_error_message="Une phase ne finit pas avant de commencer.",
            ),
            ExclusionConstraint(
                name="phase_no_overlap",
                expressions=(
                    (F("jury"), RangeOperators.EQUAL),
                    (
                        Func(
                            *("starts_on", "ends_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                violation_error_message="Deux phases ne peuvent pas se chevaucher.",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class JurorQuerySet(models.QuerySet["Juror"]):
    def active(self) -> JurorQuerySet:
        return self.filter(is_active=True)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="JurorHistory",
)
class Juror(models.Model):
    """A seat in a jury. Who leaves it keeps its row: what they said stays theirs."""

    jury = models.ForeignKey(Jury, on_delete=models.PROTECT, related_name="jurors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="juror_seats",
        verbose_name="personne",
    )
    themes = ArrayField(
        models.CharField(max_length=60),
        verbose_name="thèmes",
        default=list,
        blank=True,
        help_text="Aucun coché : tous les thèmes.",
    )
    cap = models.PositiveSmallIntegerField(
        "dossiers, au plus", null=True, blank=True, help_text="Vide : la limite du jury."
    )
    is_active = models.BooleanField("siège au jury", default=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("ajouté le")
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)

    objects = JurorQuerySet.as_manager()

    class Meta:
        verbose_name = "juré"
        verbose_name_plural = "jurés"
        ordering = ("jury", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("jury", "user"),
                name="juror_one_seat",
                violation_error_message="Cette personne siège déjà dans ce jury.",
            ),
            models.CheckConstraint(
                condition=Q(cap=None) | Q(cap__gte=1),
                name="juror_cap_positive",
                violation_error_message="Un juré lit au moins un dossier.",
            ),
        )
        triggers = (pgtrigger.ReadOnly(name="seat_is_fixed", fields=["jury", "user"]),)

    def __str__(self) -> str:
        return str(self.user)

    @property
    def limit(self) -> int | None:
        """How many files at most: their own limit, else the jury's, else none."""
        return self.cap if self.cap is not None else self.jury.files_per_juror
