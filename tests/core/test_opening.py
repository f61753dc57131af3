"""Open or closed, until when, and in which words: examples, then properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from holidays.countries import France
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import PARIS
from apps.core.opening import describe_hours, read_opening, why_not_hours

WEEKDAYS = "Mo-Fr 08:00-20:00; PH off"

TEN_YEARS_IN_MINUTES = 10 * 365 * 24 * 60

instants = st.integers(0, TEN_YEARS_IN_MINUTES).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
schedules = st.sampled_from(
    [
        WEEKDAYS,
        "Mo-Sa 08:00-20:00",
        "Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off",
        "Mo-Su 20:00-02:00",
        "24/7",
        "off",
        "Jul-Aug Mo-Fr 10:00-16:00; PH off",
    ]
)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "wording"),
    [
        ("2026-11-20T08:00", "Ouvert jusqu’à 20 h"),
        ("2026-11-20T19:59:59", "Ouvert jusqu’à 20 h"),
        ("2026-11-20T20:00", "Fermé, rouvre lundi à 8 h"),
        ("2026-11-20T07:59:59", "Fermé, rouvre aujourd’hui à 8 h"),
        ("2026-11-18T21:00", "Fermé, rouvre demain à 8 h"),
        ("2026-11-21T12:00", "Fermé, rouvre lundi à 8 h"),
        ("2026-11-22T12:00", "Fermé, rouvre demain à 8 h"),
        # Friday 25 December 2026, and the evening before.
        ("2026-12-24T20:30", "Fermé, rouvre lundi à 8 h"),
        ("2026-12-25T10:00", "Fermé aujourd’hui (Noël), rouvre lundi à 8 h"),
        ("2027-01-01T23:59", "Fermé aujourd’hui (Jour de l’an), rouvre lundi à 8 h"),
        # Easter Monday, seen from the Sunday.
        ("2027-03-28T10:00", "Fermé, rouvre mardi à 8 h"),
        ("2027-03-29T10:00", "Fermé aujourd’hui (Lundi de Pâques), rouvre demain à 8 h"),
        # A holiday on a Sunday closes nothing that was open.
        ("2026-11-01T10:00", "Fermé, rouvre demain à 8 h"),
        # The nights when the clocks change.
        ("2026-03-29T02:30", "Fermé, rouvre demain à 8 h"),
        ("2026-10-25T02:30", "Fermé, rouvre demain à 8 h"),
    ],
)
def test_read_opening_weekday_line_says_until_when(at: str, wording: str) -> None:
    assert read_opening(WEEKDAYS, paris(at)).wording.replace("\u00a0", " ") == wording


@pytest.mark.parametrize(
    ("hours", "at", "wording"),
    [
        ("24/7", "2026-11-20T08:00", "Ouvert jour et nuit"),
        ("off", "2026-11-20T08:00", "Fermé jusqu’à nouvel ordre"),
        ("Mo-Su 20:00-24:00", "2026-11-20T21:00", "Ouvert jusqu’à minuit"),
        ("Mo-Su 20:00-02:00", "2026-11-20T21:00", "Ouvert jusqu’à demain, 2 h"),
        ("Sa 10:00-Su 10:00", "2026-11-20T21:00", ""),
        ("Mo 08:00-12:30", "2026-11-23T13:00", "Fermé, rouvre le lundi 30 novembre 2026 à 8 h"),
        ("Jan 4 08:00-12:00", "2026-11-23T13:00", "Fermé, rouvre le lundi 4 janvier 2027 à 8 h"),
        ("Mo-Fr 08:00-12:30", "2026-11-23T09:00", "Ouvert jusqu’à 12 h 30"),
        ("Mo-Sa 08:00-20:00", "2026-12-25T09:00", "Ouvert jusqu’à 20 h"),
    ],
)
def test_read_opening_other_hours_say_until_when(hours: str, at: str, wording: str) -> None:
    if not wording:
        assert why_not_hours(hours)
        return
    assert read_opening(hours, paris(at)).wording.replace("\u00a0", " ") == wording


@given(hours=schedules, at=instants)
def test_read_opening_has_one_next_change_and_it_lies_ahead(hours: str, at: datetime) -> None:
    opening = read_opening(hours, at)
    assert (opening.opens_at if opening.is_open else opening.closes_at) is None
    change = opening.closes_at or opening.opens_at
    assert change is None or change > at
    assert at < opening.holds_until <= at + timedelta(hours=25)


@given(hours=schedules, at=instants)
def test_read_opening_flips_exactly_at_the_change(hours: str, at: datetime) -> None:
    opening = read_opening(hours, at)
    if change := opening.closes_at or opening.opens_at:
        just_before = change - timedelta(microseconds=1)
        assert read_opening(hours, change).is_open is not opening.is_open
        assert read_opening(hours, just_before).is_open is opening.is_open


@given(hours=schedules, at=instants, share=st.floats(0, 0.999))
def test_read_opening_wording_holds_until_it_says(hours: str, at: datetime, share: float) -> None:
    opening = read_opening(hours, at)
    later = at + share * (opening.holds_until - at)
    assert read_opening(hours, later).wording == opening.wording


def test_read_opening_looks_ahead_to_an_hour_that_does_not_exist() -> None:
    """Clocks go forward at 2 h on 26 March 2028, four hundred days after this."""
    night = datetime(2027, 2, 20, 1, tzinfo=UTC)
    opening = read_opening("Mo-Fr 08:00-20:00; PH off", night)
    assert opening.opens_at == datetime(2027, 2, 22, 8, tzinfo=PARIS)


@given(at=instants)
def test_read_opening_weekday_line_is_closed_on_holidays_and_weekends(at: datetime) -> None:
    local = at.astimezone(PARIS)
    works = local.weekday() < 5 and local.date() not in France()
    assert read_opening(WEEKDAYS, at).is_open is (works and 8 <= local.hour < 20)


def test_holiday_calendars_of_the_two_libraries_agree() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3650)]
    for day in days:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)
        assert read_opening("PH 00:00-24:00", noon).is_open is (day in France()), day


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (WEEKDAYS, "du lundi au vendredi, de 8 h à 20 h, hors jours fériés"),
        ("Mo-Fr 08:00-20:00", "du lundi au vendredi, de 8 h à 20 h"),
        ("24/7", "tous les jours, 24 heures sur 24"),
        ("off", "fermé"),
        (
            "Mo-We,Fr 09:00-12:00,14:00-17:30; Sa 09:00-12:00; PH off",
            (
                "du lundi au mercredi, de 9 h à 12 h et de 14 h à 17 h 30 ; "
                "le vendredi, de 9 h à 12 h et de 14 h à 17 h 30 ; "
                "le samedi, de 9 h à 12 h, hors jours fériés"
            ),
        ),
    ],
)
@pytest.mark.parametrize("on", [date(2026, 5, 6), date(2026, 12, 25), date(2027, 2, 10)])
def test_describe_hours_says_the_ordinary_week(hours: str, words: str, on: date) -> None:
    assert describe_hours(hours, on).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    "hours", ["", "8h-20h", "lundi au vendredi", "Mo-Fr 8h-20h", "Mo-Fr 25:00"]
)
def test_why_not_hours_unreadable_says_how_to_write_them(hours: str) -> None:
    assert why_not_hours(hours).startswith("Ces horaires ne se lisent pas.")


def test_why_not_hours_unknown_state_is_refused() -> None:
    assert "ouvert ou fermé" in why_not_hours("Mo-Fr 08:00-20:00 unknown")


@pytest.mark.parametrize("hours", [WEEKDAYS, "24/7", "Mo-Su 20:00-02:00"])
def test_why_not_hours_readable_is_empty(hours: str) -> None:
    assert why_not_hours(hours) == ""


def test_opening_week_alternates() -> None:
    """Walking from change to change through a year never shows the same state twice."""
    at = paris("2026-01-01T00:00")
    states = []
    while at.year == 2026:
        opening = read_opening(WEEKDAYS, at)
        states.append(opening.is_open)
        following = opening.closes_at or opening.opens_at
        assert following is not None
        at = following
    assert all(before is not after for before, after in pairwise(states))
    assert states.count(True) == 252
