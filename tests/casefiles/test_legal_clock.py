"""CRPA L231-4 (two months), L114-5 (the clock stops), worked by hand and as properties."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.legal_clock import Stop, appeal_date, due_date, silence_date

RECEIVED = date(2026, 11, 2)
DUE = date(2027, 1, 2)


def stop(start: str, end: str | None) -> Stop:
    return Stop(start=date.fromisoformat(start), end=date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-02", "2027-01-02"),
        ("2026-12-31", "2027-02-28"),  # no 31 February
        ("2027-12-31", "2028-02-29"),
        ("2027-12-30", "2028-02-29"),
        ("2027-06-30", "2027-08-30"),
    ],
)
def test_due_date_is_two_months_from_date_to_date(received: str, due: str) -> None:
    assert due_date(date.fromisoformat(received)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("stops", "silence"),
    [
        ([], "2027-01-02"),
        ([("2026-11-10", "2026-11-20")], "2027-01-12"),  # ten days
        ([("2026-11-10", None)], None),
        ([("2026-11-10", "2026-11-10")], "2027-01-02"),  # asked and received the same day
        ([("2026-11-10", "2026-11-20"), ("2026-12-01", "2026-12-06")], "2027-01-17"),
        ([("2026-11-10", "2026-11-20"), ("2026-11-15", "2026-11-25")], "2027-01-17"),
        ([("2026-11-10", "2026-11-25"), ("2026-11-15", "2026-11-20")], "2027-01-17"),
        ([("2027-01-02", "2027-01-05")], "2027-01-05"),  # asked on the last day
        ([("2027-01-03", "2027-01-20")], "2027-01-02"),  # too late: already rejected
        ([("2027-01-03", None)], "2027-01-02"),
        # The first stop moves the last day, and so the second one still counts.
        ([("2026-11-10", "2026-11-20"), ("2027-01-12", "2027-01-15")], "2027-01-15"),
        ([("2026-11-10", "2026-11-20"), ("2027-01-13", "2027-01-15")], "2027-01-12"),
    ],
)
def test_silence_date_with_stops(stops: list[tuple[str, str | None]], silence: str | None) -> None:
    expected = date.fromisoformat(silence) if silence else None
    for order in permutations(stop(*dates) for dates in stops):
        assert silence_date(RECEIVED, stops=order) == expected


def test_stop_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot end before it starts"):
        stop("2026-11-10", "2026-11-09")


def test_appeal_is_two_months_after_the_rejection() -> None:
    assert appeal_date(date(2027, 1, 2)) == date(2027, 3, 2)
    assert appeal_date(date(2026, 12, 31)) == date(2027, 2, 28)


days = st.integers(min_value=0, max_value=120)
finished_stops = st.lists(
    st.tuples(days, days).map(
        lambda pair: Stop(
            start=RECEIVED + timedelta(days=min(pair)), end=RECEIVED + timedelta(days=max(pair))
        )
    ),
    max_size=5,
).map(tuple)


def day_by_day(stops: tuple[Stop, ...]) -> date:
    """The same rule counted one day at a time: a stopped day is not one of the two months."""
    left, today = (DUE - RECEIVED).days, RECEIVED
    while left > 0 or any(item.start <= today < (item.end or today) for item in stops):
        if not any(item.start <= today < (item.end or today) for item in stops):
            left -= 1
        today += timedelta(days=1)
    return today


@given(finished_stops)
def test_silence_date_counts_like_a_calendar(stops: tuple[Stop, ...]) -> None:
    assert silence_date(RECEIVED, stops=stops) == day_by_day(stops)


@given(finished_stops, st.randoms())
def test_silence_date_does_not_depend_on_the_order_of_stops(
    stops: tuple[Stop, ...], random: object
) -> None:
    shuffled = tuple(sorted(stops, key=lambda _: random.random()))  # type: ignore[attr-defined]
    assert silence_date(RECEIVED, stops=shuffled) == silence_date(RECEIVED, stops=stops)


@given(finished_stops, finished_stops)
def test_one_more_stop_never_brings_the_day_forward(
    stops: tuple[Stop, ...], more: tuple[Stop, ...]
) -> None:
    before, after = (silence_date(RECEIVED, stops=given) for given in (stops, stops + more))
    assert before is not None
    assert after is not None
    assert DUE <= before <= after


@given(finished_stops, days)
def test_clock_stands_still_while_a_stop_that_counts_is_open(
    stops: tuple[Stop, ...], start: int
) -> None:
    open_stop = Stop(start=RECEIVED + timedelta(days=start))
    without = silence_date(RECEIVED, stops=stops)
    assert without is not None
    found = silence_date(RECEIVED, stops=(*stops, open_stop))
    if open_stop.start <= DUE:
        assert found is None
    else:
        assert found in (None, without)
