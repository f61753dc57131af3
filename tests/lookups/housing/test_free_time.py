"""What is left of a room's open periods: examples, then properties against a day-by-day count."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.lookups.housing.free_time import Period, by_semester, free_periods, period_words
from apps.lookups.housing.semesters import coming_semesters, parse_semester, semester_of
from tests.support.text import plain

MAY, NOVEMBER, NEXT_MAY = date(2027, 5, 1), date(2027, 11, 1), date(2028, 5, 1)
_DAY = st.integers(0, 60).map(lambda number: MAY + timedelta(days=number))
_PERIODS = st.lists(
    st.tuples(_DAY, _DAY).map(lambda days: (min(days), max(days) + timedelta(days=1))), max_size=5
)


@pytest.mark.parametrize(
    ("opened", "taken", "left"),
    [
        ([(MAY, NOVEMBER)], [], [(MAY, NOVEMBER)]),
        ([(MAY, NOVEMBER)], [(MAY, NOVEMBER)], []),
        (
            [(MAY, NOVEMBER)],
            [(date(2027, 6, 1), date(2027, 7, 1))],
            [(MAY, date(2027, 6, 1)), (date(2027, 7, 1), NOVEMBER)],
        ),
        ([(MAY, NOVEMBER), (NOVEMBER, NEXT_MAY)], [], [(MAY, NEXT_MAY)]),
        ([(MAY, NOVEMBER)], [(NOVEMBER, NEXT_MAY)], [(MAY, NOVEMBER)]),
    ],
)
def test_free_periods(opened: list[Period], taken: list[Period], left: list[Period]) -> None:
    assert free_periods(opened, taken) == left


def test_free_periods_begin_today_at_the_earliest() -> None:
    assert free_periods([(MAY, NOVEMBER)], [], since=date(2027, 6, 1)) == [
        (date(2027, 6, 1), NOVEMBER)
    ]
    assert free_periods([(MAY, NOVEMBER)], [], since=NOVEMBER) == []


def _days(periods: list[Period]) -> set[date]:
    return {
        first + timedelta(days=number)
        for first, end in periods
        for number in range((end - first).days)
    }


@given(opened=_PERIODS, taken=_PERIODS, since=_DAY)
def test_free_days_are_the_open_days_that_nobody_has(
    opened: list[Period], taken: list[Period], since: date
) -> None:
    # A room is never open twice for a day (housing_availability_no_overlap).
    apart = [
        period for index, period in enumerate(opened) if not _days([period]) & _days(opened[:index])
    ]
    left = free_periods(apart, taken, since=since)

    expected = {day for day in _days(apart) - _days(taken) if day >= since}
    assert _days(left) == expected
    assert sum((end - first).days for first, end in left) == len(expected)
    assert all(end < first for (_, end), (first, _) in pairwise(left))


def test_semesters_follow_one_another() -> None:
    assert [semester.slug for semester in coming_semesters(date(2026, 11, 22))] == [
        *("2026-11", "2027-05", "2027-11", "2028-05"),
    ]
    assert semester_of(date(2027, 4, 30)).slug == "2026-11"
    assert semester_of(date(2027, 5, 1)).slug == "2027-05"
    assert semester_of(date(2027, 12, 31)).slug == "2027-11"


@pytest.mark.parametrize("slug", ["", "2027-06", "2027-5", "99999-05", "0000-05", "2027-05 "])
def test_semester_that_is_none(slug: str) -> None:
    assert parse_semester(slug) is None


def test_periods_in_words() -> None:
    assert plain(period_words((MAY, NOVEMBER))) == "semestre de mai 2027"
    assert plain(period_words((MAY, date(2027, 6, 2)))) == "du 1er mai 2027 au 1er juin 2027"
    assert by_semester((date(2027, 6, 1), NEXT_MAY)) == [
        (date(2027, 6, 1), NOVEMBER),
        (NOVEMBER, NEXT_MAY),
    ]
