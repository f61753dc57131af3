"""The places of care around a commune, on its page: the nearest open one first."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.lookups.care_places.answers import holds_until, place_now
from apps.lookups.care_places.filters import DEFAULT_KM
from apps.lookups.care_places.models import Place as CarePlace
from apps.lookups.care_places.models import PlaceKind, with_next_slot
from apps.lookups.care_places.road import estimate_minutes
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune

_SHOWN = 5
_PHARMACIES_SHOWN = 2
# Far enough to meet a place that is open at night.
_WITHIN_KM = 50
_READ = 60


@adds_part
def places_part(commune: Commune, at: datetime) -> Part:
    """Nearest first, with the nearest open one and the next reserved slots. 1 query."""
    known = CarePlace.objects.known(clock.paris_date(at)).exclude(kind=PlaceKind.SPECIALISED)
    around = with_next_slot(known.for_list(), at).near(
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
            "minutes": estimate_minutes(nearest_open.place.distance_km) if nearest_open else None,
            "with_slots": [now for now in near if now.is_slot_soon],
            "pharmacies": [now for now in near if now.place.kind == is_pharmacy][
                :_PHARMACIES_SHOWN
            ],
            "places": [now for now in near if now.place.kind != is_pharmacy][:_SHOWN],
            "km": DEFAULT_KM,
        },
        holds_until=holds_until(found, at),
    )
