"""What is said of places at an instant, and until when it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.core.clock import paris_date
from apps.core.opening import Opening, next_midnight
from apps.lookups.care_places.models import SOON, Place
from apps.territory.models import Commune


@dataclass(frozen=True, kw_only=True)
class PlaceNow:
    """A place at an instant; `opening` is None when its hours are not known.

    `next_slot` is the next appointment that a resident may take there, if any (with_next_slot).
    `distance` says how far it is from the commune that was asked for, if any.
    """

    place: Place
    opening: Opening | None
    week: str
    distance: str
    next_slot: datetime | None
    is_slot_soon: bool


def place_now(place: Place, at: datetime, *, asked_from: Commune | None = None) -> PlaceNow:
    next_slot: datetime | None = getattr(place, "next_slot", None)
    return PlaceNow(
        place=place,
        opening=place.opening(at),
        week=place.week(paris_date(at)),
        distance=place.distance_words(asked_from) if asked_from else "",
        next_slot=next_slot,
        is_slot_soon=next_slot is not None and next_slot <= at + SOON,
    )


def holds_until(places: Iterable[PlaceNow], at: datetime) -> datetime:
    """The first instant at which a word about `places` may change: midnight at the latest.

    Of a list of what is open, also the instant at which another place may join it
    (PlaceQuerySet.with_next_change).
    """
    places = list(places)
    changes = [now.opening.holds_until for now in places if now.opening]
    joining = ("next_opening", "next_closing")
    known = (getattr(now.place, name, None) for now in places for name in joining)
    return min([next_midnight(at), *changes, *filter(None, known)])
