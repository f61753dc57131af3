"""The lines that give an appointment with a doctor today or tomorrow, and who calls which."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
import phonenumbers
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from apps.core.opening import validate_hours
from apps.territory.models import Commune
from apps.territory.public_data import PublicData, verified_by_someone

# A number that nobody tried for so long is on the list « à revérifier ».
VERIFICATION_LASTS = timedelta(days=90)
_DIALLED = r"^(\+33[1-9]\d{8}|[1-9]\d{1,5})$"


class Confidence(models.TextChoices):
    """How sure it is that a commune belongs to a line (fixtures/reference/PROVENANCE.md)."""

    VERIFIED = "verifie", "vérifié : un texte nomme la commune"
    CORROBORATED = "corrobore", "corroboré : deux chiffres concordent"
    DEDUCED_STRONG = "deduit-fort", "déduit, indices forts"
    DEDUCED = "deduit", "déduit"
    DEDUCED_WEAK = "deduit-faible", "déduit, indices faibles"
    UNKNOWN = "inconnu", "inconnu : plusieurs lignes possibles"

    @property
    def is_settled(self) -> bool:
        """Sure enough to send people to that line alone."""
        return self in {Confidence.VERIFIED, Confidence.CORROBORATED}


def validate_dialled_number(number: str) -> None:
    """E.164 of a French number, or a short number such as 116117."""
    if number.startswith("+") and not phonenumbers.is_valid_number(phonenumbers.parse(number)):
        raise ValidationError("Ce numéro n’existe pas dans le plan de numérotation français.")


class LineQuerySet(models.QuerySet["Line"]):
    def in_force(self, on: date) -> LineQuerySet:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
        )

    def to_verify(self, on: date) -> LineQuerySet:
        """In force, and never verified or not for 90 days."""
        stale = Q(verified_on=None) | Q(verified_on__lte=on - VERIFICATION_LASTS)
        return self.in_force(on).filter(stale)


@pghistory.track()
class Line(PublicData):
    slug = models.SlugField("identifiant", max_length=40, unique=True)
    name = models.CharField("nom", max_length=80)
    phone = models.CharField(
        "numéro", max_length=20, help_text="Comme on l’imprime : « 02 18 12 14 47 »."
    )
    phone_dialled = models.CharField(
        "numéro composé",
        max_length=16,
        validators=[validate_dialled_number],
        help_text="Format international (« +33218121447 »), ou numéro court (« 116117 »).",
    )
    opening_hours = models.CharField(
        "horaires",
        max_length=200,
        blank=True,
        validators=[validate_hours],
        help_text=(
            "Syntaxe opening_hours d’OpenStreetMap : « Mo-Fr 08:00-20:00; PH off ». "
            "Vide si les jours ne sont pas connus : le portail ne dit alors pas si c’est ouvert."
        ),
    )
    hours_note = models.CharField(
        "horaires en mots",
        max_length=120,
        blank=True,
        help_text="Seulement quand les horaires ne sont pas connus en entier.",
    )
    for_whom = models.CharField("pour", max_length=300, blank=True)
    not_for = models.CharField("pas pour", max_length=300, blank=True)
    cost_note = models.CharField("prix de l’appel", max_length=200, blank=True)
    source_date = models.CharField(
        "date de la source",
        max_length=40,
        help_text="Ce qui suit « publié » : « fin 2023 », « à une date inconnue ».",
    )
    is_department_wide = models.BooleanField(
        "pour tout le Loiret", default=False, help_text="Proposée dans toutes les communes."
    )
    valid_from = models.DateField("en service depuis", null=True, blank=True)
    valid_to = models.DateField("dernier jour de service", null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name="remplacée par",
        help_text="Les pages montrent alors l’autre numéro d’abord, et celui-ci comme ancien.",
    )
    objects: ClassVar[models.Manager[Line]] = LineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "ligne"
        verbose_name_plural = "lignes"
        ordering = ("is_department_wide", "name")
        triggers = (
            # Whoever writes it (staff, loader, shell), a new number is one that nobody tried yet.
            pgtrigger.Trigger(
                name="new_number_is_not_verified",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("phone_dialled"),
                condition=pgtrigger.Q(old__phone_dialled__df=pgtrigger.F("new__phone_dialled")),
                func="NEW.verified_on := NULL; NEW.verified_by_id := NULL; RETURN NEW;",
            ),
        )
        constraints = (
            verified_by_someone("line"),
            models.CheckConstraint(
                condition=Q(phone_dialled__regex=_DIALLED),
                name="line_phone_can_be_dialled",
                violation_error_message=(
                    "Le numéro composé s’écrit « +33218121447 », ou en 2 à 6 chiffres."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="line_validity_in_order",
                violation_error_message="Le dernier jour de service suit le premier.",
            ),
            models.CheckConstraint(
                condition=~Q(superseded_by=F("pk")),
                name="line_not_superseded_by_itself",
                violation_error_message="Une ligne ne se remplace pas elle-même.",
            ),
            models.CheckConstraint(
                condition=~Q(opening_hours="") | ~Q(hours_note=""),
                name="line_says_its_hours",
                violation_error_message="Indiquez les horaires, au moins en mots.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.phone})"

    def clean(self) -> None:
        """A chain of replacements has an end."""
        successor, passed = self.superseded_by, {self.pk}
        while successor:
            if successor.pk in passed:
                raise ValidationError(
                    {"superseded_by": "Ces lignes se remplacent l’une l’autre : choisissez-en une."}
                )
            passed.add(successor.pk)
            successor = successor.superseded_by


@pghistory.track()
class Coverage(models.Model):
    """The line that a commune calls, and how sure that is."""

    commune = models.OneToOneField(
        Commune,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="coverage",
        verbose_name="commune",
    )
    line = models.ForeignKey(
        Line,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coverages",
        verbose_name="ligne",
    )
    confidence = models.CharField("confiance", max_length=20, choices=Confidence.choices)
    candidates = models.ManyToManyField(
        Line,
        blank=True,
        related_name="+",
        verbose_name="lignes possibles",
        help_text="Quand la ligne est inconnue ou peu sûre.",
    )
    evidence = models.TextField("source et indices")
    edited_by_staff = models.BooleanField(
        "modifié par le guichet",
        default=False,
        help_text="Coché : le chargement des fichiers n’y touche plus.",
    )

    class Meta:
        verbose_name = "secteur"
        verbose_name_plural = "secteurs"
        ordering = ("commune__search_key",)
        constraints = (
            models.CheckConstraint(
                condition=Q(confidence=Confidence.UNKNOWN, line=None)
                | (~Q(confidence=Confidence.UNKNOWN) & Q(line__isnull=False)),
                name="coverage_unknown_has_no_line",
                violation_error_message=(
                    "Sans ligne, la confiance est « inconnu » ; avec une ligne, elle ne l’est pas."
                ),
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values),
                name="coverage_confidence_known",
                violation_error_message="Ce degré de confiance n’existe pas.",
            ),
        )

    def __str__(self) -> str:
        line = self.line.name if self.line else "ligne inconnue"
        return f"{self.commune.name} : {line}"
