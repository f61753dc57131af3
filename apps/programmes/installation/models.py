from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from apps.casefiles.models import CaseFile, PlacedDetail
from apps.programmes.installation import professions
from apps.programmes.installation.eligibility import ZoneFact
from apps.territory.models import ZoneClass


class SupervisorStatus(models.TextChoices):
    """S1, l. 111-114: already a supervisor, or promises to become one within five years."""

    ALREADY = "deja", "Oui, je le suis déjà"
    PROMISE = "promesse", "Je m’engage à le devenir dans les 5 ans"
    NO = "non", "Non"


class PracticeMode(models.TextChoices):
    LIBERAL = "liberal", "Libéral"
    SALARIED = "salarie", "Salarié"
    MIXED = "mixte", "Mixte"


class StructureKind(models.TextChoices):
    PRIVATE = "cabinet", "Cabinet"
    HEALTH_HOUSE = "msp", "Maison de santé pluridisciplinaire"
    HEALTH_HUB = "pole_sante", "Pôle de santé"
    HEALTH_CENTRE = "centre_sante", "Centre de santé"
    OTHER = "autre", "Autre"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="InstallationDetailHistory",
)
class InstallationDetail(PlacedDetail):
    """What only the installation aid asks. Null or empty: not answered yet."""

    case_file = models.OneToOneField(
        CaseFile, on_delete=models.CASCADE, primary_key=True, related_name="installation_detail"
    )
    profession = models.CharField(
        "profession", max_length=30, choices=professions.CHOICES, blank=True
    )
    specialty = models.CharField("spécialité", max_length=120, blank=True)
    rpps = models.CharField(
        "numéro RPPS",
        max_length=14,
        blank=True,
        help_text="11 chiffres, sur votre carte de professionnel de santé.",
    )
    is_first_installation = models.BooleanField("première installation", null=True, blank=True)
    structure_kind = models.CharField(
        "type de lieu", max_length=20, choices=StructureKind.choices, blank=True
    )
    structure_name = models.CharField("nom du lieu d’exercice", max_length=160, blank=True)
    address = models.CharField("adresse du lieu d’exercice", max_length=240, blank=True)
    starts_on = models.DateField("date de début d’exercice", null=True, blank=True)
    practice_mode = models.CharField(
        "mode d’exercice", max_length=10, choices=PracticeMode.choices, blank=True
    )
    supervisor = models.CharField(
        "maître de stage", max_length=10, choices=SupervisorStatus.choices, blank=True
    )
    has_other_aid = models.BooleanField(
        "aide de l’ARS ou de l’Assurance maladie", null=True, blank=True
    )
    other_aid = models.CharField("laquelle, et combien", max_length=300, blank=True)

    # Frozen when the request is sent: what counts is the zone in force that day.
    assessed_on = models.DateField("règles lues au", null=True, editable=False)
    zone_class = models.CharField(
        "zone", max_length=40, choices=ZoneClass.choices, blank=True, editable=False
    )
    zone_label = models.CharField(max_length=120, blank=True, editable=False)
    zone_valid_from = models.DateField(null=True, editable=False)
    zone_source = models.CharField(max_length=300, blank=True, editable=False)
    zone_is_earliest_known = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "installation"
        verbose_name_plural = "installations"
        # The desk finds a file by its RPPS number.
        indexes = (models.Index(fields=("rpps",), condition=~Q(rpps=""), name="installation_rpps"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(profession__in=("", *professions.PROFESSIONS)),
                name="installation_profession_known",
            ),
            models.CheckConstraint(
                condition=Q(structure_kind__in=("", *StructureKind.values)),
                name="installation_structure_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(practice_mode__in=("", *PracticeMode.values)),
                name="installation_practice_mode_known",
            ),
            models.CheckConstraint(
                condition=Q(supervisor__in=("", *SupervisorStatus.values)),
                name="installation_supervisor_known",
            ),
            models.CheckConstraint(
                condition=Q(zone_class__in=("", *ZoneClass.values)),
                name="installation_zone_class_known",
            ),
            models.CheckConstraint(
                condition=Q(zone_class="", zone_valid_from=None)
                | (~Q(zone_class="") & Q(zone_valid_from__isnull=False, assessed_on__isnull=False)),
                name="installation_zone_is_complete",
                violation_error_message="Une zone gardée au dossier a ses dates.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_profession_display()} ({self.case_file_id})"

    @property
    def frozen_zone(self) -> ZoneFact | None:
        if not self.zone_class or self.zone_valid_from is None:
            return None
        return ZoneFact(
            zone_class=self.zone_class,
            label=self.zone_label,
            valid_from=self.zone_valid_from,
            source=self.zone_source,
            is_earliest_known=self.zone_is_earliest_known,
        )


class ZoneRuleQuerySet(models.QuerySet["ZoneRule"]):
    def in_force(self, profession: str, on: date) -> ZoneRuleQuerySet:
        """The rule for a profession on a day: at most one (no two overlap)."""
        return self.filter(profession=profession, valid_during__contains=on)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="ZoneRuleHistory",
)
class ZoneRule(models.Model):
    """Which zone classes open the aid for a profession, for a time. No row: the default."""

    profession = models.CharField("profession", max_length=30, choices=professions.CHOICES)
    zones = ArrayField(
        models.CharField(max_length=40, choices=ZoneClass.choices), verbose_name="zones aidées"
    )
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    source = models.CharField("source", max_length=300)

    objects = ZoneRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "règle de zone"
        verbose_name_plural = "règles de zone"
        constraints = (
            ExclusionConstraint(
                name="zone_rule_no_overlap",
                expressions=(
                    ("profession", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Une règle existe déjà sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(profession__in=list(professions.PROFESSIONS)),
                name="zone_rule_profession_known",
            ),
            models.CheckConstraint(
                condition=Q(zones__contained_by=list(ZoneClass.values)),
                name="zone_rule_zones_known",
                violation_error_message="Une de ces zones n’existe pas.",
            ),
        )

    def __str__(self) -> str:
        return self.get_profession_display()
