"""The places of care around a commune, on its page."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.lookups.care_places.answers import place_now
from apps.lookups.care_places.filters import DEFAULT_KM
from apps.lookups.care_places.models import Place as CarePlace
from apps.lookups.care_places.models import PlaceKind
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune

_SHOWN = 5


@adds_part
def places_part(commune: Commune, at: datetime) -> Part:
    """The nearest places within the usual distance. 1 query."""
    nearest = (
        CarePlace.objects.known(clock.paris_date(at))
        .exclude(kind=PlaceKind.SPECIALISED)
        .for_list()
        .near(commune.hall_latitude, commune.hall_longitude, km=DEFAULT_KM)
    )
    places = [place_now(place, at, asked_from=commune) for place in nearest[:_SHOWN]]
    changes = [now.opening.holds_until for now in places if now.opening]
    return Part(
        place=Place.CARE,
        heading="Lieux de soins",
        template="lookups/care_places/commune_part.html",
        context={"places": places, "km": DEFAULT_KM},
        holds_until=min(changes, default=None),
    )
