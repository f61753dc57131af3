"""The time the law gives the council to answer. Pure: no ORM, no reading of the clock.

CRPA L231-4, 3°: on a request for money, silence for two months means rejection.
CRPA L114-5: the time stops while an indispensable piece is awaited.
CRPA L114-5-1: a missing piece that is not indispensable does not stop the review.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.dates import add_months

SILENCE_MONTHS = 2
# Time to appeal to the administrative court: CJA R421-1 and R421-2.
APPEAL_MONTHS = 2


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The clock stood still from `start` (included) to `end` (excluded; None: still standing)."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a stop cannot end before it starts")


def stopped_days(stops: tuple[Stop, ...], *, until: date) -> int:
    """Days on which the clock stood still before `until`; overlapping stops count once."""
    days = 0
    covered_until = date.min
    for stop in sorted(stops, key=lambda item: item.start):
        start = max(stop.start, covered_until)
        end = min(stop.end or until, until)
        if end > start:
            days += (end - start).days
        covered_until = max(covered_until, end)
    return days


def due_date(received_on: date, *, days_stopped: int = 0) -> date:
    """Two months from date to date, pushed back by the days the clock stood still."""
    return add_months(received_on, SILENCE_MONTHS) + timedelta(days=days_stopped)


def silence_date(received_on: date, *, stops: tuple[Stop, ...] = ()) -> date | None:
    """Day on which silence becomes a rejection, or None while the clock stands still."""
    if any(stop.end is None for stop in stops):
        return None
    last_end = max((stop.end for stop in stops if stop.end), default=received_on)
    return due_date(received_on, days_stopped=stopped_days(stops, until=max(last_end, received_on)))


def appeal_date(rejected_on: date) -> date:
    """Last day to appeal against a rejection, two months from date to date."""
    return add_months(rejected_on, APPEAL_MONTHS)
