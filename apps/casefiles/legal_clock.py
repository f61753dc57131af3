"""The time the law gives the council to answer. Pure: no ORM, no reading of the clock.

CRPA L231-4, 3°: on a request for money, silence for two months means rejection.
CRPA L114-5: the time stops while an indispensable piece is awaited.
CRPA L114-5-1: a missing piece that is not indispensable does not stop the review.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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


def due_date(received_on: date) -> date:
    """Two months from date to date."""
    return add_months(received_on, SILENCE_MONTHS)


def silence_date(received_on: date, *, stops: tuple[Stop, ...] = ()) -> date | None:
    """Day on which silence becomes a rejection, or None while the clock stands still.

    Each stop pushes the day back by its length; overlapping stops count once. What is asked
    after that day changes nothing: the rejection is born, and only a written decision replaces
    it.
    """
    due = due_date(received_on)
    covered_until = received_on
    for stop in sorted(stops, key=lambda item: item.start):
        if stop.start > due:
            break
        if stop.end is None:
            return None
        if stop.end > covered_until:
            due += stop.end - max(stop.start, covered_until)
            covered_until = stop.end
    return due


def appeal_date(rejected_on: date) -> date:
    """Last day to appeal against a rejection, two months from date to date."""
    return add_months(rejected_on, APPEAL_MONTHS)
