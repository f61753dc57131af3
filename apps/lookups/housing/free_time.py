"""What is left of a room's open periods once stays are taken off. Pure.

A period is a first day and the day after the last one, as PostgreSQL keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from apps.core.dates import format_date
from apps.lookups.housing.semesters import semester_of

Period = tuple[date, date]


def free_periods(
    opened: Iterable[Period], taken: Iterable[Period], *, since: date = date.min
) -> list[Period]:
    """`opened` without `taken`, and without what is before `since`; in order of time.

    Periods that touch come out as one.
    """
    stays = sorted(taken)
    left: list[Period] = []
    for first, end in sorted(opened):
        start = max(first, since)
        for stay_first, stay_end in stays:
            if stay_end <= start or stay_first >= end:
                continue
            if stay_first > start:
                left.append((start, stay_first))
            start = max(start, stay_end)
        if start < end:
            left.append((start, end))
    return _joined(left)


def _joined(periods: Iterable[Period]) -> list[Period]:
    joined: list[Period] = []
    for first, end in periods:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined


def by_semester(period: Period) -> list[Period]:
    """A period cut where semesters begin: two semesters in a row are asked for one by one."""
    first, end = period
    parts = []
    while first < end:
        stop = min(end, semester_of(first).end)
        parts.append((first, stop))
        first = stop
    return parts


def period_words(period: Period) -> str:
    """« semestre de mai 2027 », else « du 3 mai 2027 au 2 juin 2027 »."""
    first, end = period
    semester = semester_of(first)
    if (semester.first, semester.end) == period:
        return f"semestre de {semester.label}"
    return f"du {format_date(first)} au {format_date(end - timedelta(days=1))}"
