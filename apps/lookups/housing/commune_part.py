"""Housing around a commune, on its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from apps.core import clock
from apps.lookups.housing.models import Offer
from apps.lookups.housing.search import DEFAULT_KM
from apps.territory.commune_page import Part, Place, adds_facts, adds_part
from apps.territory.models import Commune

_SHOWN = 3


@adds_facts
def housing_facts(at: datetime) -> Mapping[str, Any]:
    """The nearest offers within the usual distance."""
    nearest = Offer.objects.online(clock.paris_date(at)).near(
        OuterRef("hall_latitude"), OuterRef("hall_longitude"), km=DEFAULT_KM
    )
    row = JSONObject(
        id="pk", name="name", kind="kind", is_fictitious="is_fictitious", town="commune__name"
    )
    return {"offer_facts": ArraySubquery(nearest.values(row=row)[:_SHOWN])}


@adds_part
def housing_part(commune: Any, at: datetime) -> Part | None:
    """Nothing without any offer, for a commune read with `housing_facts`. No query."""
    offers = [
        Offer(commune=Commune(name=row.pop("town")), **row)
        for row in map(dict, commune.offer_facts)
    ]
    if not offers:
        return None
    return Part(
        place=Place.HOUSING,
        heading="Se loger pendant un stage",
        template="lookups/housing/commune_part.html",
        context={"offers": offers},
    )
