"""Rooms of an offer, and when they can be taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q

from apps.core.money import format_euros
from apps.lookups.housing.free_time import period_words
from apps.lookups.housing.models.booking import Booking
from apps.lookups.housing.models.offer import Offer


class Amenity(models.TextChoices):
    FURNISHED = "meuble", "Meublé"
    INTERNET = "internet", "Internet"
    WHEELCHAIR = "fauteuil", "Accessible en fauteuil"
    PETS = "animaux", "Animaux acceptés"
    BIKES = "velo", "Abri à vélos"


class RoomQuerySet(models.QuerySet["Room"]):
    def in_use(self, on: date) -> Self:
        """Those that are still offered on a day."""
        return self.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=on))

    def free(self, during: DateRange, at: datetime) -> Self:
        """Those open for the whole period, that nobody holds or has at an instant."""
        opened = Availability.objects.filter(room=OuterRef("pk"), during__contains=during)
        taken = Booking.objects.live(at).filter(room=OuterRef("pk"), during__overlap=during)
        return self.filter(Exists(opened), ~Exists(taken))


@pghistory.track()
class Room(models.Model):
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, related_name="rooms", verbose_name="offre"
    )
    name = models.CharField("nom", max_length=80, help_text="« Chambre 1 », « Studio ».")
    monthly_price = models.DecimalField(
        "prix par mois",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="En euros, charges comprises. 0 : gratuit. Vide : on ne sait pas.",
    )
    amenities = ArrayField(
        models.CharField(max_length=10, choices=Amenity.choices),
        default=list,
        blank=True,
        verbose_name="équipements",
    )
    withdrawn_on = models.DateField("retirée le", null=True, blank=True)

    objects: ClassVar[models.Manager[Room]] = RoomQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "chambre"
        verbose_name_plural = "chambres"
        ordering = ("offer", "name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("offer", "name"),
                name="housing_room_named_once",
                violation_error_message="Une chambre porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(monthly_price=None) | Q(monthly_price__gte=0),
                name="housing_room_price_not_negative",
                violation_error_message="Un prix n’est pas négatif ; 0 : gratuit.",
            ),
            models.CheckConstraint(
                condition=Q(amenities__contained_by=Amenity.values),
                name="housing_room_amenities_known",
                violation_error_message="Choisissez les équipements dans la liste.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.offer.name}"

    @property
    def amenity_labels(self) -> list[str]:
        return [Amenity(amenity).label for amenity in self.amenities]

    @property
    def price_words(self) -> str:
        """« 250 € par mois », « gratuit », or that nobody told us."""
        if self.monthly_price is None:
            return "prix non communiqué"
        return f"{format_euros(self.monthly_price)} par mois" if self.monthly_price else "gratuit"

    def is_in_use(self, on: date) -> bool:
        return self.withdrawn_on is None or self.withdrawn_on > on


class Availability(models.Model):
    """A period when a room can be asked for: a semester opened by the guichet, or any dates."""

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="availabilities", verbose_name="chambre"
    )
    during = DateRangeField("disponible", help_text="Premier jour, puis dernier jour compris.")
    created_at = models.DateTimeField("ouverte le")

    class Meta:
        verbose_name = "disponibilité"
        verbose_name_plural = "disponibilités"
        ordering = ("room", "during")
        indexes = (models.Index(fields=("created_at",), name="housing_availability_created"),)
        constraints = (
            ExclusionConstraint(
                name="housing_availability_no_overlap",
                expressions=(
                    ("room", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="La chambre est déjà ouverte sur une partie de ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(
                    during__isempty=False, during__lower_inf=False, during__upper_inf=False
                ),
                name="housing_availability_has_two_days",
                violation_error_message="Indiquez le premier et le dernier jour.",
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """« semestre de mai 2027 », « du 3 mai 2027 au 2 juin 2027 »."""
        return period_words((self.during.lower, self.during.upper))
