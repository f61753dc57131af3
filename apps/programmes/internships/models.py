from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from phonenumber_field.modelfields import PhoneNumberField

from apps.casefiles.models import CaseFile, PlacedDetail
from apps.core.dates import add_months
from apps.programmes.internships import amounts
from apps.territory.models import Density

_LONGEST_STUDY = 12
# The first day that a placement cannot reach, counted as core.dates.add_months does.
_AFTER_THE_LONGEST = Func(
    F("starts_on"),
    template=f"(%(expressions)s + INTERVAL '{amounts.LONGEST_MONTHS} months')::date",
    output_field=models.DateField(),
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="InternshipDetailHistory",
)
class InternshipDetail(PlacedDetail):
    """What only the rural internship allowance asks. Null or empty: not answered yet."""

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.CASCADE, primary_key=True, related_name="internship_detail"
    )
    school = models.CharField("école ou faculté", max_length=160, blank=True)
    course = models.CharField("formation suivie", max_length=160, blank=True)
    study_year = models.PositiveSmallIntegerField("année d’études", null=True, blank=True)
    host_name = models.CharField("structure d’accueil", max_length=160, blank=True)
    host_address = models.CharField("adresse du lieu de stage", max_length=240, blank=True)
    starts_on = models.DateField("premier jour du stage", null=True, blank=True)
    ends_on = models.DateField("dernier jour du stage", null=True, blank=True)
    tutor_name = models.CharField(
        "prénom et nom du tuteur ou de la tutrice", max_length=160, blank=True
    )
    tutor_email = models.EmailField("adresse e-mail du tuteur ou de la tutrice", blank=True)
    tutor_phone = PhoneNumberField("téléphone du tuteur ou de la tutrice", blank=True, region="FR")
    supervisor = models.ForeignKey(
        "supervisors.Supervisor",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="placements",
        verbose_name="maître de stage du registre",
        help_text="Le guichet fait le lien avec le registre. Vide : pas encore fait.",
    )
    has_school_aid = models.BooleanField("aide de l’école", null=True, blank=True)
    has_employer_aid = models.BooleanField("aide d’un employeur", null=True, blank=True)
    has_department_bursary = models.BooleanField("bourse du Département", null=True, blank=True)

    # Frozen when the request is sent: what counts is the density known that day.
    assessed_on = models.DateField("règles lues au", null=True, editable=False)
    density = models.PositiveSmallIntegerField(
        "densité", choices=Density.choices, null=True, editable=False
    )

    class Meta:
        verbose_name = "stage"
        verbose_name_plural = "stages"
        indexes = tuple(
            # The guichet's search is UPPER(x) LIKE UPPER(…), in each of the two.
            GinIndex(OpClass(Upper(name), "gin_trgm_ops"), name=f"internship_{name}_trigram")
            for name in ("tutor_name", "host_name")
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="internship_dates_ordered",
                violation_error_message="Le stage finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__lt=_AFTER_THE_LONGEST),
                name="internship_not_too_long",
                violation_error_message=f"Un stage dure {amounts.LONGEST_MONTHS} mois au plus.",
            ),
            models.CheckConstraint(
                condition=Q(study_year=None)
                | Q(study_year__gte=1, study_year__lte=_LONGEST_STUDY, study_year__isnull=False),
                name="internship_study_year_known",
                violation_error_message=f"L’année d’études va de 1 à {_LONGEST_STUDY}.",
            ),
            models.CheckConstraint(
                condition=Q(density=None) | Q(density__in=Density.values, density__isnull=False),
                name="internship_density_known",
            ),
            models.CheckConstraint(
                condition=Q(density=None) | Q(assessed_on__isnull=False),
                name="internship_density_has_its_day",
                violation_error_message="Une densité gardée au dossier a son jour.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.host_name} ({self.case_file_id})"

    @property
    def months(self) -> tuple[amounts.PlacementMonth, ...]:
        """The calendar months of the placement; none while a date is missing or out of order."""
        if self.starts_on is None or self.ends_on is None or self.ends_on < self.starts_on:
            return ()
        return amounts.months_of(self.starts_on, self.ends_on)


def why_not_dates(starts_on: date, ends_on: date) -> str:
    """Why these are not the days of one placement, in French; "" when they may be."""
    if ends_on < starts_on:
        return "Le dernier jour du stage suit le premier."
    if ends_on >= add_months(starts_on, amounts.LONGEST_MONTHS):
        longest = f"Un stage dure {amounts.LONGEST_MONTHS} mois au plus."
        return f"{longest} Au-delà, faites une autre demande."
    return ""


class RuralRuleQuerySet(models.QuerySet["RuralRule"]):
    def in_force(self, on: date) -> RuralRule | None:
        """The definition on a day, None when nobody has set any: one query."""
        return self.filter(valid_during__contains=on).first()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RuralRuleHistory",
)
class RuralRule(models.Model):
    """What « rural » means, for a time: the sources do not say (S1, l. 320)."""

    minimum_density = models.PositiveSmallIntegerField(
        "rurale à partir du niveau",
        choices=Density.choices,
        help_text="Grille communale de densité de l’INSEE, en sept niveaux.",
    )
    is_validated = models.BooleanField(
        "validée par le Département",
        default=False,
        help_text="Sans cela, les pages disent que la définition est à valider.",
    )
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    source = models.CharField("source", max_length=300)

    objects = RuralRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "définition d’une commune rurale"
        verbose_name_plural = "définitions d’une commune rurale"
        ordering = ("-valid_during",)
        constraints = (
            ExclusionConstraint(
                name="rural_rule_no_overlap",
                expressions=(("valid_during", RangeOperators.OVERLAPS),),
                violation_error_message="Une définition est déjà en vigueur sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_density__in=Density.values), name="rural_rule_density_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="rural_rule_has_a_start",
                violation_error_message="Cette définition a une date de début.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="rural_rule_has_a_source",
                violation_error_message="Nommez le texte qui fixe cette définition.",
            ),
        )

    def __str__(self) -> str:
        return f"À partir de « {self.get_minimum_density_display()} »"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="DurationBandHistory",
)
class DurationBand(models.Model):
    """What a month earns from a length of placement on, for a time. No row: it is unset."""

    from_days = models.PositiveSmallIntegerField(
        "à partir de (jours)", help_text="Durée du stage, du premier au dernier jour compris."
    )
    monthly_amount = models.DecimalField("montant par mois (€)", max_digits=6, decimal_places=2)
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    source = models.CharField("source", max_length=300)

    class Meta:
        verbose_name = "tranche de durée"
        verbose_name_plural = "tranches de durée"
        ordering = ("from_days", "valid_during")
        constraints = (
            ExclusionConstraint(
                name="duration_band_no_overlap",
                expressions=(
                    ("from_days", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Une tranche commence déjà à ce nombre de jours.",
            ),
            models.CheckConstraint(
                condition=Q(from_days__gte=1),
                name="duration_band_from_a_day",
                violation_error_message="Une tranche commence à un jour au moins.",
            ),
            models.CheckConstraint(
                condition=Q(
                    monthly_amount__gte=amounts.MONTHLY_MINIMUM,
                    monthly_amount__lte=amounts.MONTHLY_MAXIMUM,
                ),
                name="duration_band_within_published_range",
                violation_error_message="Le montant publié va de 60\u00a0€ à 200\u00a0€ par mois.",
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="duration_band_has_a_start",
                violation_error_message="Cette tranche a une date de début.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="duration_band_has_a_source",
                violation_error_message="Nommez le texte qui fixe ce montant.",
            ),
        )

    def __str__(self) -> str:
        return f"À partir de {self.from_days} jours"
