"""Housing around a commune, on its page."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.lookups.housing.models import Offer
from apps.lookups.housing.search import DEFAULT_KM
from apps.territory.commune_page import Part, Place, adds_part
from apps.territory.models import Commune

_SHOWN = 3


@adds_part
def housing_part(commune: Commune, at: datetime) -> Part | None:
    """The nearest offers within the usual distance; nothing without any. 1 query."""
    nearest = (
        Offer.objects.online(clock.paris_date(at))
        .select_related("commune")
        .near(commune.hall_latitude, commune.hall_longitude, km=DEFAULT_KM)
    )
    offers = list(nearest[:_SHOWN])
    if not offers:
        return None
    return Part(
        place=Place.HOUSING,
        heading="Se loger pendant un stage",
        template="lookups/housing/commune_part.html",
        context={"offers": offers},
    )
