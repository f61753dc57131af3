"""How far care is, commune by commune: the nearest place, the nearest open one, and who is far.

Inhabitants are counted where their town hall is: an order of magnitude, said to be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from apps.core.clock import paris_date
from apps.core.replica import reading_alias
from apps.lookups.care_places.models import PlaceKind
from apps.lookups.care_places.road import GOAL_MINUTES, estimate_minutes
from apps.territory.models import Commune

_NEAREST = """
SELECT commune.insee_code, commune.name, commune.slug, commune.population,
       near.name, near.km, near_road.minutes, opened.name, opened.km, opened_road.minutes
FROM territory_commune commune
LEFT JOIN LATERAL ({nearest}) near ON true
LEFT JOIN LATERAL ({nearest_open}) opened ON true
LEFT JOIN care_places_roadtime near_road
    ON near_road.commune_id = commune.insee_code AND near_road.place_id = near.id
LEFT JOIN care_places_roadtime opened_road
    ON opened_road.commune_id = commune.insee_code AND opened_road.place_id = opened.id
ORDER BY commune.search_key
"""
# The index on the positions gives places in the order of their distance (<->).
_ONE = """
SELECT place.id, place.name, earth_distance(
    ll_to_earth(place.latitude, place.longitude),
    ll_to_earth(commune.hall_latitude, commune.hall_longitude)) / 1000 AS km
FROM care_places_place place
WHERE (place.gone_on IS NULL OR place.gone_on > %(on)s) AND place.kind <> %(left_out)s {more}
ORDER BY ll_to_earth(place.latitude, place.longitude)
    <-> ll_to_earth(commune.hall_latitude, commune.hall_longitude)
LIMIT 1
"""
_IS_OPEN = """AND place.opening_hours IN (
    SELECT span.hours FROM care_places_openspan span WHERE span.during @> %(at)s)"""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The nearest place from a town hall, and the minutes that the road takes, estimated."""

    name: str
    minutes: int

    @property
    def is_within_goal(self) -> bool:
        return self.minutes <= GOAL_MINUTES


@dataclass(frozen=True, kw_only=True)
class CommuneReach:
    """What a commune reaches; None where no place is known."""

    commune: Commune
    known: Reach | None
    open_now: Reach | None

    @property
    def band(self) -> str:
        """How the map shows it: « 10 », « 20 », « 30 », « plus »."""
        if self.known is None:
            return "plus"
        bounds = (bound for bound in (10, 20, GOAL_MINUTES) if self.known.minutes <= bound)
        return str(next(bounds, "plus"))


@dataclass(frozen=True, kw_only=True)
class Share:
    """Inhabitants within the goal, of all."""

    inside: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down: « 100 % » means everybody."""
        return self.inside * 100 // self.total if self.total else 0


def read_reaches(at: datetime) -> list[CommuneReach]:
    """Every commune in French order. 1 query, whatever the number of places."""
    sql = _NEAREST.format(nearest=_ONE.format(more=""), nearest_open=_ONE.format(more=_IS_OPEN))
    values: dict[str, Any] = {
        "at": at,
        "on": paris_date(at),
        "left_out": PlaceKind.SPECIALISED.value,
    }
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
        return [
            CommuneReach(
                commune=Commune(insee_code=insee, name=name, slug=slug, population=population),
                known=_reach(known, km, road),
                open_now=_reach(opened, open_km, open_road),
            )
            for insee, name, slug, population, known, km, road, opened, open_km, open_road in found
        ]


def share_within_goal(reaches: Sequence[Reach | None], populations: Iterable[int]) -> Share:
    """Of the inhabitants of each commune, in the same order."""
    counts = list(populations)
    inside = (
        count
        for reach, count in zip(reaches, counts, strict=True)
        if reach and reach.is_within_goal
    )
    return Share(inside=sum(inside), total=sum(counts))


def _reach(name: str | None, km: float | None, road: int | None) -> Reach | None:
    """By the routing service's minutes where it gave some, else by the estimate."""
    if name is None or km is None:
        return None
    return Reach(name=name, minutes=road or estimate_minutes(km))
