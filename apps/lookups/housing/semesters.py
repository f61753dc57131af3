"""The semesters of internships: from May to October, from November to April. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from apps.core.dates import MONTHS, add_months

_SLUG = re.compile(r"(\d{4})-(05|11)")


@dataclass(frozen=True, order=True)
class Semester:
    """« semestre de mai 2027 »: `first` is 1 May 2027, `end` 1 November, not in it."""

    first: date

    @property
    def end(self) -> date:
        return add_months(self.first, 6)

    @property
    def slug(self) -> str:
        """« 2027-05 »"""
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        return f"{MONTHS[self.first.month - 1]}\u00a0{self.first.year}"

    @property
    def following(self) -> Semester:
        return Semester(self.end)


def semester_of(day: date) -> Semester:
    """The one that a day falls in."""
    if day.month >= 11:
        return Semester(date(day.year, 11, 1))
    if day.month >= 5:
        return Semester(date(day.year, 5, 1))
    return Semester(date(day.year - 1, 11, 1))


def coming_semesters(on: date, count: int = 4) -> list[Semester]:
    """The one that runs, and those after it."""
    found = [semester_of(on)]
    while len(found) < count:
        found.append(found[-1].following)
    return found


def parse_semester(slug: str) -> Semester | None:
    """From « 2027-05 »; None for anything else."""
    if not (match := _SLUG.fullmatch(slug)) or not 2000 <= int(match[1]) <= 2199:
        return None
    return Semester(date(int(match[1]), int(match[2]), 1))
