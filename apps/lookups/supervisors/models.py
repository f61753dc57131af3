"""Who trains students in the territory, and until when: kept by the guichet, never published.

Promises to become a supervisor (awards) and placements of students (programmes) point here.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from apps.core.identifiers import why_not_rpps
from apps.territory.models import Commune


class Profession(models.TextChoices):
    """The same as those of the aids: a student learns from one of their own."""

    GENERAL_PRACTITIONER = "medecin-generaliste", "Médecin généraliste"
    SPECIALIST = "medecin-specialiste", "Médecin spécialiste"
    MIDWIFE = "sage-femme", "Sage-femme"
    PHYSIOTHERAPIST = "masseur-kinesitherapeute", "Masseur-kinésithérapeute"
    NURSE = "infirmier", "Infirmier"
    DENTIST = "chirurgien-dentiste", "Chirurgien-dentiste"
    PHARMACIST = "pharmacien", "Pharmacien"
    SPEECH_THERAPIST = "orthophoniste", "Orthophoniste"
    PODIATRIST = "pedicure-podologue", "Pédicure-podologue"
    ORTHOPTIST = "orthoptiste", "Orthoptiste"
    ADVANCED_NURSE = "infirmier-pratique-avancee", "Infirmier en pratique avancée (IPA)"


class SupervisorQuerySet(models.QuerySet["Supervisor"]):
    def accredited(self, on: date) -> SupervisorQuerySet:
        """Those whose accreditation is in force on a day."""
        return self.filter(accreditations__valid_during__contains=on)

    def with_last_accreditation(self) -> SupervisorQuerySet:
        """With `last_period` and `last_places` of the latest accreditation, None without one."""
        latest = Accreditation.objects.filter(supervisor=OuterRef("pk")).order_by("-valid_during")
        return self.annotate(
            last_period=Subquery(latest.values("valid_during")[:1]),
            last_places=Subquery(latest.values("places_per_semester")[:1]),
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="SupervisorHistory",
)
class Supervisor(models.Model):
    """A professional who trains students at their place of practice."""

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    profession = models.CharField("profession", max_length=30, choices=Profession.choices)
    rpps = models.CharField(
        "numéro RPPS", max_length=14, blank=True, help_text="11 chiffres. Vide : inconnu."
    )
    commune = models.ForeignKey(
        Commune, on_delete=models.PROTECT, related_name="supervisors", verbose_name="commune"
    )
    structure = models.CharField("lieu d’exercice", max_length=160, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    source = models.CharField(
        "source",
        max_length=300,
        help_text="Qui nous l’a dit : la personne, sa faculté, un dossier.",
    )
    is_fictitious = models.BooleanField("personne fictive", default=False)

    objects: ClassVar[models.Manager[Supervisor]] = SupervisorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "maître de stage"
        verbose_name_plural = "maîtres de stage"
        ordering = ("last_name", "first_name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("rpps",),
                condition=~Q(rpps=""),
                name="supervisor_rpps_unique",
                violation_error_message="Ce numéro RPPS est déjà celui d’un maître de stage.",
            ),
            models.CheckConstraint(
                condition=Q(profession__in=Profession.values), name="supervisor_profession_known"
            ),
            models.CheckConstraint(
                condition=~Q(first_name="") & ~Q(last_name="") & ~Q(source=""),
                name="supervisor_is_named",
                violation_error_message="Indiquez le prénom, le nom et la source.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name}, {self.get_profession_display()}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def rpps_warning(self) -> str:
        """What to check again in the number; "" when nothing is odd. Never a reason to refuse."""
        return why_not_rpps(self.rpps) if self.rpps else ""

    def is_accredited(self, on: date) -> bool:
        return self.accreditations.filter(valid_during__contains=on).exists()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AccreditationHistory",
)
class Accreditation(models.Model):
    """From when to when a faculty lets this person train students, and how many at a time."""

    supervisor = models.ForeignKey(
        Supervisor,
        on_delete=models.PROTECT,
        related_name="accreditations",
        verbose_name="maître de stage",
    )
    valid_during = DateRangeField("agrément valable")
    places_per_semester = models.PositiveSmallIntegerField(
        "places par semestre", null=True, blank=True, help_text="Vide : inconnu."
    )
    source = models.CharField(
        "décision", max_length=200, help_text="Qui a donné l’agrément, et par quel acte."
    )

    class Meta:
        verbose_name = "agrément"
        verbose_name_plural = "agréments"
        ordering = ("supervisor", "-valid_during")
        constraints = (
            ExclusionConstraint(
                name="accreditation_no_overlap",
                expressions=(
                    ("supervisor", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Un agrément existe déjà sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="accreditation_has_a_first_day",
                violation_error_message="Un agrément a un premier jour.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="accreditation_has_a_source",
                violation_error_message="Dites qui a donné l’agrément.",
            ),
        )

    def __str__(self) -> str:
        return f"Agrément de {self.supervisor_id} : {self.valid_during}"
