"""The places of care around a commune, on its page: the nearest open one first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.core import clock
from apps.lookups.care_places.answers import holds_until, place_now
from apps.lookups.care_places.filters import DEFAULT_KM
from apps.lookups.care_places.models import Place as CarePlace
from apps.lookups.care_places.models import PlaceKind, with_next_slot, with_road_minutes
from apps.lookups.care_places.road import estimate_minutes
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune

_SHOWN = 5
_PHARMACIES_SHOWN = 2
# Far enough to meet a place that is open at night.
_WITHIN_KM = 50
_READ = 60


@dataclass(frozen=True)
class Road:
    """Minutes by car from the town hall; by the routing service where it gave some."""

    minutes: int
    is_estimated: bool


@adds_part
def places_part(commune: Commune, at: datetime) -> Part:
    """Nearest first, with the nearest open one and the next reserved slots. 1 query."""
    known = CarePlace.objects.known(clock.paris_date(at)).exclude(kind=PlaceKind.SPECIALISED)
    around = with_road_minutes(with_next_slot(known.for_list(), at), commune).near(
        commune.hall_latitude, commune.hall_longitude, km=_WITHIN_KM
    )
    found = [place_now(place, at, asked_from=commune) for place in around[:_READ]]
    near = [now for now in found if now.place.distance_km <= DEFAULT_KM]
    is_pharmacy = PlaceKind.SENTINEL_PHARMACY
    nearest_open = next((now for now in found if now.opening and now.opening.is_open), None)
    return Part(
        place=Place.CARE,
        heading="Lieux de soins",
        template="lookups/care_places/commune_part.html",
        context={
            "nearest_open": nearest_open,
            "road": nearest_open and _road(nearest_open.place),
            "with_slots": [now for now in near if now.is_slot_soon],
            "pharmacies": [now for now in near if now.place.kind == is_pharmacy][
                :_PHARMACIES_SHOWN
            ],
            "places": [now for now in near if now.place.kind != is_pharmacy][:_SHOWN],
            "km": DEFAULT_KM,
        },
        holds_until=holds_until(found, at),
    )


def _road(place: Any) -> Road:
    """Of a place read with its distance and its `road_minutes`."""
    if place.road_minutes:
        return Road(place.road_minutes, is_estimated=False)
    return Road(estimate_minutes(place.distance_km), is_estimated=True)
