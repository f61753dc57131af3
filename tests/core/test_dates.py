from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import paris_date
from apps.core.dates import MONTHS, add_months, add_years, format_date, format_datetime, format_time

dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
months = st.integers(min_value=-600, max_value=600)


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        ("2026-11-22", 2, "2027-01-22"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2027-01-15", 0, "2027-01-15"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_add_months_keeps_the_day_or_takes_the_last(day: str, count: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), count) == date.fromisoformat(later)


def test_add_years_of_29_february_is_28_in_a_common_year() -> None:
    assert add_years(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert add_years(date(2028, 2, 29), 4) == date(2032, 2, 29)


@given(dates, months)
def test_add_months_lands_in_the_right_month_never_after_the_same_day(
    day: date, count: int
) -> None:
    later = add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(dates, dates, months)
def test_add_months_keeps_the_order_of_days(first: date, second: date, count: int) -> None:
    earlier, later = sorted((first, second))
    assert add_months(earlier, count) <= add_months(later, count)


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        ("2027-02-14", "14 février 2027"),
        ("2027-03-01", "1er mars 2027"),
        ("2026-08-31", "31 août 2026"),
        ("2026-12-25", "25 décembre 2026"),
    ],
)
def test_format_date_is_french_with_no_break_spaces(day: str, printed: str) -> None:
    assert format_date(date.fromisoformat(day)) == printed.replace(" ", "\u00a0")


@given(dates)
def test_format_date_reads_back_as_the_same_day(day: date) -> None:
    number, month, year = format_date(day).split("\u00a0")
    assert date(int(year), MONTHS.index(month) + 1, int(number.removesuffix("er"))) == day


@pytest.mark.parametrize(
    ("at", "time", "moment"),
    [
        ("2027-02-14T20:14:00", "21 h 14", "14 février 2027 à 21 h 14"),
        ("2027-07-14T06:00:00", "8 h", "14 juillet 2027 à 8 h"),
        ("2026-12-31T23:05:00", "0 h 05", "1er janvier 2027 à 0 h 05"),
    ],
)
def test_time_is_that_of_paris(at: str, time: str, moment: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert format_time(instant).replace("\u00a0", " ") == time
    assert format_datetime(instant).replace("\u00a0", " ") == moment


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-22T22:59:59", "2026-11-22"),
        ("2026-11-22T23:00:00", "2026-11-23"),
        ("2026-07-13T22:00:00", "2026-07-14"),
        # Clocks change on 25 October 2026.
        ("2026-10-24T21:59:59", "2026-10-24"),
        ("2026-10-24T22:00:00", "2026-10-25"),
        ("2026-10-25T23:00:00", "2026-10-26"),
    ],
)
def test_day_changes_at_midnight_in_paris(at: str, day: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert paris_date(instant) == date.fromisoformat(day)
