"""What every public fact of the portal says of itself: where it comes from, and who verified it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.geo import located_constraints


class PublicData(models.Model):
    """A row that a file loads and that staff may verify or correct."""

    source = models.CharField("source", max_length=300)
    verified_on = models.DateField("date de vérification", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="vérification par",
    )
    edited_by_staff = models.BooleanField(
        "modification du guichet",
        default=False,
        help_text="Case cochée : le chargement des fichiers n’y touche plus.",
    )

    class Meta:
        abstract = True


class Precision(models.TextChoices):
    """How well a place is set on the map."""

    ADDRESS = "adresse", "à l’adresse"
    TOWN_HALL = "mairie", "à la mairie de la commune"


class PublicPlace(PublicData):
    """A public fact that stands somewhere. Its commune is the model's own."""

    address = models.CharField("adresse", max_length=240, blank=True)
    latitude = models.FloatField("latitude")
    longitude = models.FloatField("longitude")
    precision = models.CharField(
        "position", max_length=10, choices=Precision.choices, default=Precision.ADDRESS
    )
    is_fictitious = models.BooleanField("données fictives", default=False)

    class Meta:
        abstract = True


def verified_by_someone(prefix: str) -> models.CheckConstraint:
    """For the constraints of a PublicData."""
    return models.CheckConstraint(
        condition=Q(verified_on=None, verified_by=None)
        | Q(verified_on__isnull=False, verified_by__isnull=False),
        name=f"{prefix}_verified_by_someone",
        violation_error_message="Une vérification a une date et un auteur.",
    )


def public_place_constraints(prefix: str) -> tuple[models.CheckConstraint, ...]:
    """For the constraints of a PublicPlace."""
    return (
        *located_constraints(prefix),
        verified_by_someone(prefix),
        models.CheckConstraint(
            condition=Q(precision__in=Precision.values), name=f"{prefix}_precision_known"
        ),
        models.CheckConstraint(
            condition=~Q(source=""),
            name=f"{prefix}_has_a_source",
            violation_error_message="Dites d’où vient cette information.",
        ),
    )
