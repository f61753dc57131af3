"""How long each kind of data is kept: the rules, each from the app that knows the data.

A rule has a default that the data protection officer has not validated yet, or none where the
sources leave it open: nothing is erased then. Staff set lengths in the back office; one job a night
applies them all. Registered in an AppConfig.ready(), from the app's retention.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from apps.core.dates import add_months


class Unit(Enum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Length:
    number: int
    unit: Unit

    def after(self, start: date) -> date:
        """The day on which what began on `start` is erased."""
        if self.unit == Unit.DAY:
            return start + timedelta(days=self.number)
        return add_months(start, self._months)

    def before(self, day: date) -> date:
        """What began on this day or earlier has had its time on `day`."""
        if self.unit == Unit.DAY:
            return day - timedelta(days=self.number)
        return add_months(day, -self._months)

    def latest_start(self, day: date) -> date:
        """Nothing that began later has had its time on `day`; the last days before may not have.

        31 August and six months is 28 February, as 28 August is.
        """
        return self.before(day) + timedelta(days=0 if self.unit == Unit.DAY else 3)

    @property
    def words(self) -> str:
        """« 3 mois », « 1 an »."""
        plural = "s" if self.number > 1 else ""
        unit = {Unit.DAY: f"jour{plural}", Unit.MONTH: "mois", Unit.YEAR: f"an{plural}"}[self.unit]
        return f"{self.number}\u00a0{unit}"

    @property
    def _months(self) -> int:
        return self.number * (12 if self.unit == Unit.YEAR else 1)


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """One line of the table. `starts` ends the sentence « gardé … », « depuis le refus ».

    `programme` is whose head sets it; without one, whoever heads them all. `forget` erases, at an
    instant, everything that began on a day or earlier, and returns how many; None when something
    else applies the rule (the case files, one by one).
    """

    code: str
    group: str
    label: str
    starts: str
    default: Length | None
    source: str = ""
    programme: str = ""
    forget: Callable[[date, datetime], int] | None = None


RuleSource = Callable[[], Iterator[RetentionRule]]

_sources: list[RuleSource] = []


def retains(source: RuleSource) -> RuleSource:
    """Decorator: rules of the table. Asked late, for some depend on what registers after them."""
    _sources.append(source)
    return source


def rules() -> Iterator[RetentionRule]:
    for source in _sources:
        yield from source()
