"""Road times by a routing service, when one is set; without it, or when it fails, the estimate of
road.py stands. Called by a job only: no page ever waits for another machine.

The service answers as OSRM does: `<ROUTING_URL>/table/v1/driving/<lon>,<lat>;…?sources=0`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from apps.lookups.care_places.models import Place, PlaceKind, RoadTime
from apps.territory.models import Commune

# The nearest as the crow flies: the nearest by road is one of them.
NEAREST = 5
_WITHIN_KM = 60
_LONGEST_MINUTES = 300

_log = logging.getLogger(__name__)


def renew_road_times(*, on: date) -> int:
    """Ask the service for each commune's nearest places; how many times were written.

    Side effects: rows of RoadTime. Stops at the first failure: what is known stays.
    """
    if not settings.ROUTING_URL:
        return 0
    written = 0
    for commune in Commune.objects.order_by("pk"):
        places = list(
            Place.objects.known(on)
            .exclude(kind=PlaceKind.SPECIALISED)
            .near(commune.hall_latitude, commune.hall_longitude, km=_WITHIN_KM)[:NEAREST]
        )
        minutes = _ask(commune, places) if places else []
        if minutes is None:
            return written
        written += _keep(commune, places, minutes, on=on)
    return written


def _keep(
    commune: Commune, places: Sequence[Place], minutes: Sequence[int | None], *, on: date
) -> int:
    rows = [
        RoadTime(commune=commune, place=place, minutes=found, computed_on=on)
        for place, found in zip(places, minutes, strict=True)
        if found is not None and found <= _LONGEST_MINUTES
    ]
    RoadTime.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["commune", "place"],
        update_fields=["minutes", "computed_on"],
    )
    return len(rows)


def _ask(commune: Commune, places: Sequence[Place]) -> list[int | None] | None:
    """Minutes to each place, None for one that no road reaches; None when nobody answers."""
    points = [(commune.hall_longitude, commune.hall_latitude)]
    points += [(place.longitude, place.latitude) for place in places]
    path = ";".join(f"{longitude:.6f},{latitude:.6f}" for longitude, latitude in points)
    address = f"{settings.ROUTING_URL}/table/v1/driving/{path}?sources=0"
    try:
        with urlopen(address, timeout=settings.ROUTING_TIMEOUT_MS / 1000) as answer:  # noqa: S310
            return _minutes(json.load(answer), len(places))
    except (URLError, TimeoutError, ValueError) as error:
        _log.warning("The routing service did not answer: %s", error)
        return None


def _minutes(answer: Any, count: int) -> list[int | None]:
    """Raises ValueError for an answer of another shape."""
    try:
        seconds = answer["durations"][0][1:]
        found = [None if value is None else max(1, ceil(value / 60)) for value in seconds]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("unexpected answer") from error
    if len(found) != count:
        raise ValueError("unexpected answer")
    return found
