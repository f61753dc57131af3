"""Dates in French and calendar arithmetic. Pure: no ORM, no reading of the clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime

from apps.core.clock import PARIS
from apps.core.money import NO_BREAK_SPACE

NO_BREAK_HYPHEN = "\u2011"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def add_months(day: date, months: int) -> date:
    """Same day of the month `months` later, or that month's last day when it has none.

    31 December + 2 months is 28 (or 29) February, as for time limits counted in months.
    """
    index = day.year * 12 + (day.month - 1) + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Same date `years` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


def format_date(day: date) -> str:
    """« 14 février 2027 », « 1er mars 2027 », with no-break spaces."""
    number = "1er" if day.day == 1 else str(day.day)
    return NO_BREAK_SPACE.join((number, MONTHS[day.month - 1], str(day.year)))


def school_year_label(first_year: int) -> str:
    """« 2027-2028 » for the year that begins in autumn 2027, with a hyphen that never breaks."""
    return f"{first_year}{NO_BREAK_HYPHEN}{first_year + 1}"


def format_time(at: datetime) -> str:
    """Hour in Paris: « 8 h », « 20 h 05 »."""
    local = at.astimezone(PARIS)
    minutes = f"{NO_BREAK_SPACE}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NO_BREAK_SPACE}h{minutes}"


def format_datetime(at: datetime) -> str:
    """« 14 février 2027 à 21 h 14 », in Paris."""
    return f"{format_date(at.astimezone(PARIS).date())} à {format_time(at)}"
