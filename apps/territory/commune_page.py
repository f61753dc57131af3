"""« Tout pour une commune »: the page belongs here, its parts to the apps above.

An app registers what it knows of a commune in its AppConfig.ready(); this package imports none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from apps.territory.models import Commune


class Place(IntEnum):
    """Where a part stands: what one needs first, first."""

    DOCTOR = 10
    CARE = 20
    MOBILE = 30
    HOUSING = 40
    AIDS = 50
    AGENDA = 60


@dataclass(frozen=True, kw_only=True)
class Part:
    """One heading of the page; `template` reads `part` and `commune`.

    `holds_until`: when its words may stop being true; None when they hold for the day.
    """

    place: Place
    heading: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    holds_until: datetime | None = None


PartSource = Callable[[Commune, datetime], Part | None]
# Columns that a part wants with the commune itself, by their names: subqueries, so that the whole
# page costs three queries however many parts it has.
FactSource = Callable[[datetime], Mapping[str, Any]]

_sources: list[PartSource] = []
_fact_sources: list[FactSource] = []


def adds_part(source: PartSource) -> PartSource:
    """Decorator: a part of every commune's page; None when there is nothing to say."""
    _sources.append(source)
    return source


def adds_facts(source: FactSource) -> FactSource:
    """Decorator: annotations of the commune that the parts are given, read in its one query."""
    _fact_sources.append(source)
    return source


def facts(at: datetime) -> dict[str, Any]:
    """Annotations for every part."""
    return {name: value for source in _fact_sources for name, value in source(at).items()}


def parts(commune: Commune, at: datetime) -> Iterator[Part]:
    """In the order of the page."""
    found = [part for source in _sources if (part := source(commune, at))]
    yield from sorted(found, key=lambda part: part.place)
