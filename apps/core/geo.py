"""Distances between places, in PostgreSQL (extension earthdistance: no PostGIS needed).

The earth is a sphere of 6 378 km there: within the department the error stays below 0.3 %.
"""

from __future__ import annotations

from math import cos, radians
from typing import Any, Self

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, FloatField, Func, Q, Value
from django.db.models.expressions import Combinable

# Of latitude, on the sphere of earthdistance (6 378.168 km).
_KM_PER_DEGREE = 111.318


class EarthPoint(Func):
    """A point of the sphere, from degrees. No Python value: it stays in the database."""

    function = "ll_to_earth"
    output_field = FloatField()

    def __init__(self, latitude: float | Combinable, longitude: float | Combinable) -> None:
        super().__init__(_degrees(latitude), _degrees(longitude))


class _Chord(Func):
    """Straight through the earth, in metres: longer when the distance is, and read in order from
    the index, so that the nearest of many cost no more than the nearest of few."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


class _Distance(Func):
    function = "earth_distance"
    output_field = FloatField()


def _degrees(value: float | Combinable) -> Combinable:
    return value if isinstance(value, Combinable) else Value(value, FloatField())


def location_index(name: str) -> GistIndex:
    """The index that gives the nearest of many in order; see also `box_index`."""
    return GistIndex(EarthPoint(F("latitude"), F("longitude")), name=name)


def box_index(name: str) -> models.Index:
    """The index that finds the few of a small circle."""
    return models.Index(fields=("latitude", "longitude"), name=name)


# A point that only PostgreSQL knows lies below that parallel: its box is cut for it.
_SOUTH_OF = 60.0


class LocatedQuerySet(models.QuerySet[Any]):
    """Rows with `latitude` and `longitude`, in degrees."""

    def near(
        self, latitude: float | Combinable, longitude: float | Combinable, *, km: float
    ) -> Self:
        """Those at most `km` away as the crow flies, nearest first, with `distance_km`."""
        return self.around(latitude, longitude, km=km).filter(distance_km__lte=km)

    def around(
        self, latitude: float | Combinable, longitude: float | Combinable, *, km: float
    ) -> Self:
        """The same in the square around that circle, for who reads a few and stops at `km`.

        A box in degrees, whose size PostgreSQL can foresee: it reads a small one from `box_index`,
        and the nearest of a large one in order from `location_index`. What a condition on the
        distance leaves it can only guess, and a wrong guess costs twice the search of rooms.
        """
        here = EarthPoint(latitude, longitude)
        there = EarthPoint(F("latitude"), F("longitude"))
        north = km / _KM_PER_DEGREE
        # Meridians draw closer towards the pole: as wide as the box is at its widest.
        widest = _SOUTH_OF if isinstance(latitude, Combinable) else min(abs(latitude) + north, 89.0)
        east = north / max(cos(radians(widest)), 0.01)
        return (
            self.filter(
                # Four comparisons: a reference to an outer query is lost within a range.
                latitude__gte=latitude - north,
                latitude__lte=latitude + north,
                longitude__gte=longitude - east,
                longitude__lte=longitude + east,
            )
            .alias(chord=_Chord(there, here))
            .annotate(distance_km=_Distance(here, there) / 1000.0)
            .order_by("chord", "pk")
        )


def located_constraints(prefix: str) -> tuple[models.CheckConstraint, ...]:
    """Degrees that exist: a swapped or empty column is noticed."""
    return (
        models.CheckConstraint(
            condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            name=f"{prefix}_is_on_earth",
            violation_error_message="La latitude va de -90 à 90, la longitude de -180 à 180.",
        ),
    )
