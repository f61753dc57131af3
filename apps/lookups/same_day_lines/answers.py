"""What a commune is told: whom to call, how sure that is, and until when it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery

from apps.core.clock import paris_date
from apps.core.dates import format_date
from apps.core.opening import Opening, describe_hours, next_midnight, read_opening, weekly_rules
from apps.lookups.same_day_lines.models import Confidence, Coverage, Line
from apps.territory.models import Commune, CommuneQuerySet

NEIGHBOURS_SHOWN = 3
# Enough communes around to meet another line, wherever one stands in the Loiret.
_COMMUNES_AROUND = 120


@dataclass(frozen=True)
class LineNow:
    """A line at an instant. `opening` is None when its days are not known."""

    line: Line
    opening: Opening | None
    hours: str
    freshness: str

    @property
    def hours_in_osm_rules(self) -> list[str]:
        return weekly_rules(self.line.opening_hours)


@dataclass(frozen=True)
class CommuneAnswer:
    """Everything that the page, the JSON and the poster of a commune say.

    `main` is the number to call first; None when the sector is unknown (see `candidates`) or its
    line no longer answers. `former` is the line that `main` replaces. `fallbacks` are the lines
    for the whole department. `others` are the lines not named before. Nothing changes before
    `holds_until`.
    """

    commune: Commune
    confidence: Confidence
    main: LineNow | None
    former: LineNow | None
    fallbacks: Sequence[LineNow]
    candidates: Sequence[LineNow]
    neighbours: Sequence[LineNow]
    others: Sequence[LineNow]
    holds_until: datetime

    @property
    def is_settled(self) -> bool:
        return self.main is not None and self.confidence.is_settled

    @property
    def lines(self) -> list[LineNow]:
        """Every line of the answer, in the order of the page."""
        first = [self.main] if self.main else []
        return [*first, *self.candidates, *self.neighbours, *self.fallbacks, *self.others]


def read_line(line: Line, at: datetime) -> LineNow:
    on = paris_date(at)
    return LineNow(
        line=line,
        opening=read_opening(line.opening_hours, at) if line.opening_hours else None,
        hours=line.hours_note or describe_hours(line.opening_hours, on),
        freshness=_say_freshness(line),
    )


def read_lines(at: datetime) -> list[LineNow]:
    """Every line in force, the department-wide ones last. 1 query."""
    return [read_line(line, at) for line in Line.objects.in_force(paris_date(at))]


def holds_until(lines: Iterable[LineNow], at: datetime) -> datetime:
    """The first instant at which the words about `lines` may change: midnight at the latest."""
    changes = [now.opening.holds_until for now in lines if now.opening]
    return min([next_midnight(at), *changes])


def read_answer(insee_code: str, at: datetime) -> CommuneAnswer | None:
    """The answer for a commune at the instant `at`, or None for an unknown code.

    2 queries: the commune with its sector, and the lines.
    """
    commune = Commune.objects.annotate(**sector_facts()).filter(pk=insee_code).first()
    return answer_for(commune, at) if commune else None


def answer_for(commune: Any, at: datetime) -> CommuneAnswer:
    """The answer for a commune that was read with its `sector_facts`. 1 query."""
    confidence = Confidence(commune.sector_confidence or Confidence.UNKNOWN)
    lines = {now.line.pk: now for now in read_lines(at)}
    own = lines.get(commune.sector_line_id)
    main = _successor(own, lines)
    shown = {now.line.pk for now in (main, own) if now}
    fallbacks = _take(
        (pk for pk, now in lines.items() if now.line.is_department_wide), lines, shown
    )
    candidates = _take(commune.candidate_ids, lines, shown) if main is None else []
    neighbours = []
    if main and not confidence.is_settled:
        nearest = (*commune.candidate_ids, *commune.line_ids_around)
        neighbours = _take(nearest, lines, shown, limit=NEIGHBOURS_SHOWN)
    return CommuneAnswer(
        commune=commune,
        confidence=confidence,
        main=main,
        former=own if own is not main else None,
        fallbacks=fallbacks,
        candidates=candidates,
        neighbours=neighbours,
        others=_take(lines, lines, shown),
        holds_until=holds_until(lines.values(), at),
    )


def sector_facts() -> dict[str, Any]:
    """Annotations of a commune: its line, how sure that is, its possible lines, and those of the
    nearest communes, nearest first, with repeats."""
    coverages = Coverage.objects.filter(commune=OuterRef("pk"))
    candidates = coverages.filter(candidates__isnull=False).order_by("candidates__name")
    around = CommuneQuerySet(Commune).exclude(pk=OuterRef("pk")).exclude(coverage__line=None)
    nearest = around.by_distance_to(OuterRef("hall_latitude"), OuterRef("hall_longitude"))
    return {
        "sector_line_id": Subquery(coverages.values("line_id")),
        "sector_confidence": Subquery(coverages.values("confidence")),
        "candidate_ids": ArraySubquery(candidates.values("candidates")),
        "line_ids_around": ArraySubquery(nearest.values("coverage__line")[:_COMMUNES_AROUND]),
    }


def _successor(own: LineNow | None, lines: dict[int, LineNow]) -> LineNow | None:
    """The line that answers today in place of `own`: itself, or what replaced it."""
    current, passed = own, set[int]()
    while current and current.line.superseded_by_id in lines and current.line.pk not in passed:
        passed.add(current.line.pk)
        current = lines[current.line.superseded_by_id]
    return current


def _take(
    wanted: Iterable[int], lines: dict[int, LineNow], shown: set[int], *, limit: int | None = None
) -> list[LineNow]:
    """The wanted lines that were not shown before, once each; marks them as shown."""
    new = [pk for pk in dict.fromkeys(wanted) if pk in lines and pk not in shown][:limit]
    shown.update(new)
    return [lines[pk] for pk in new]


def _say_freshness(line: Line) -> str:
    if line.verified_on:
        return f"Numéro vérifié le {format_date(line.verified_on)}."
    return f"Numéro publié {line.source_date}, non revérifié depuis."
