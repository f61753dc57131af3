"""Road times that a routing service gave; elsewhere a time is an estimate (road.py)."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from apps.lookups.care_places.models.place import Place, PlaceQuerySet
from apps.territory.models import Commune


def with_road_minutes(places: PlaceQuerySet, commune: Commune) -> PlaceQuerySet:
    """`places` with `road_minutes` from the town hall, None where the service gave none."""
    known = RoadTime.objects.filter(commune=commune, place=OuterRef("pk"))
    return places.annotate(road_minutes=Subquery(known.values("minutes")[:1]))


class RoadTime(models.Model):
    """Minutes by car from a town hall to a place."""

    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="+", verbose_name="commune"
    )
    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="road_times", verbose_name="lieu"
    )
    minutes = models.PositiveSmallIntegerField("minutes")
    computed_on = models.DateField("calculé le")

    class Meta:
        verbose_name = "temps de route"
        verbose_name_plural = "temps de route"
        constraints = (
            models.UniqueConstraint(fields=("commune", "place"), name="care_road_time_once"),
            models.CheckConstraint(
                condition=Q(minutes__lte=300),
                name="care_road_time_within_five_hours",
                violation_error_message="Un trajet dans le Loiret dure moins de cinq heures.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.commune.name}, {self.place.name} : {self.minutes} min"
