"""The amount of the rural internship allowance: S1's range, then what holds for any placement."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.amounts import RateFact
from apps.core.money import CENT
from apps.programmes.internships.amounts import (
    BandFact,
    band_for,
    compute,
    month_amount,
    months_of,
    shares,
    total_amount,
)


def rate(code: str, amount: int) -> RateFact:
    return RateFact(
        code=code, amount=Decimal(amount), valid_from=date(2023, 1, 1), source="Point d’étape"
    )


def band(from_days: int, monthly: int | str) -> BandFact:
    return BandFact(
        from_days=from_days,
        monthly_amount=Decimal(monthly),
        valid_from=date(2024, 9, 1),
        source="Délibération d’essai",
    )


PUBLISHED = {"range:min": rate("range:min", 60), "range:max": rate("range:max", 200)}
NOVEMBER_TO_JANUARY = {"first_day": date(2026, 11, 16), "last_day": date(2027, 1, 31)}


def test_unset_bands_show_the_published_range_never_a_guess() -> None:
    breakdown = compute(
        first_day=date(2026, 11, 1), last_day=date(2026, 11, 30), bands=(), rates=PUBLISHED
    )

    assert breakdown.total is None
    assert breakdown.bounds == (Decimal(60), Decimal(200))
    assert breakdown.explanation.replace("\u00a0", " ") == (
        "De 60 € à 200 € pour un mois complet. Le montant par mois est fixé par délibération."
    )


def test_range_follows_the_months() -> None:
    breakdown = compute(**NOVEMBER_TO_JANUARY, bands=(), rates=PUBLISHED)
    assert breakdown.bounds == (Decimal(150), Decimal(500))


def test_before_any_rate_nothing_is_said() -> None:
    breakdown = compute(**NOVEMBER_TO_JANUARY, bands=(), rates={})
    assert (breakdown.total, breakdown.bounds, breakdown.lines) == (None, None, ())


def test_band_gives_a_line_a_month_with_its_source() -> None:
    breakdown = compute(**NOVEMBER_TO_JANUARY, bands=(band(30, 150),), rates=PUBLISHED)

    assert [(line.label, line.amount) for line in breakdown.lines] == [
        ("Du 16 au 30 novembre 2026, 15 jours sur 30", Decimal(75)),
        ("Décembre 2026, 31 jours sur 31", Decimal(150)),
        ("Janvier 2027, 31 jours sur 31", Decimal(150)),
    ]
    assert breakdown.total == Decimal(375)
    assert {(line.rate_code, line.source, line.valid_from) for line in breakdown.lines} == {
        ("band:30", "Délibération d’essai", date(2024, 9, 1))
    }


@pytest.mark.parametrize(
    ("days", "monthly"), [(29, None), (30, 60), (59, 60), (60, 120), (180, 200), (700, 200)]
)
def test_band_is_the_highest_one_reached(days: int, monthly: int | None) -> None:
    bands = (band(60, 120), band(180, 200), band(30, 60))
    found = band_for(days, bands)
    assert (found.monthly_amount if found else None) == monthly


@pytest.mark.parametrize(
    ("first", "last", "amounts"),
    [
        # 1 of 31 days, then a whole February, and one of a leap year.
        (date(2027, 1, 31), date(2027, 2, 28), ["6.45", "200.00"]),
        (date(2028, 1, 31), date(2028, 2, 28), ["6.45", "193.10"]),
        (date(2026, 11, 10), date(2026, 11, 10), ["6.67"]),
    ],
)
def test_month_counts_its_days_over_those_of_the_month(
    first: date, last: date, amounts: list[str]
) -> None:
    months = months_of(first, last)
    assert [month_amount(Decimal(200), month) for month in months] == list(map(Decimal, amounts))


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "novembre 2026"),
        (date(2026, 11, 1), date(2026, 11, 12), "du 1er au 12 novembre 2026"),
        (date(2026, 11, 3), date(2026, 11, 3), "le 3\u00a0novembre\u00a02026"),
    ],
)
def test_month_says_which_days_it_counts(first: date, last: date, label: str) -> None:
    (month,) = months_of(first, last)
    assert month.label == label


def test_placement_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends on or after"):
        months_of(date(2026, 11, 2), date(2026, 11, 1))


def test_computed_lines_are_what_each_month_pays() -> None:
    months = months_of(date(2026, 11, 10), date(2027, 1, 9))
    lines = [month_amount(Decimal(100), month) for month in months]
    assert shares(sum(lines, Decimal(0)), months, lines=lines) == tuple(lines)


def test_another_amount_follows_the_months() -> None:
    months = months_of(date(2026, 11, 16), date(2027, 1, 31))
    assert shares(Decimal(100), months) == (Decimal("20.00"), Decimal("40.00"), Decimal("40.00"))


placements = st.builds(
    lambda first, days: months_of(first, first + timedelta(days=days)),
    st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)),
    st.integers(min_value=0, max_value=729),
)
monthly_amounts = st.decimals(min_value=60, max_value=200, places=2)


@given(placements)
def test_months_follow_one_another_without_a_gap(months: tuple) -> None:  # type: ignore[type-arg]
    for month, following in pairwise(months):
        assert following.first_day == month.last_day + timedelta(days=1)
        assert following.first_day.day == 1
    assert all(0 < month.share <= 1 for month in months)


@given(placements, st.integers(min_value=1, max_value=10_000_000))
def test_shares_add_up_to_the_award_and_none_is_negative(
    months: tuple,  # type: ignore[type-arg]
    cents: int,
) -> None:
    amount = cents * CENT
    parts = shares(amount, months)
    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)
    assert len(parts) == len(months)


@given(placements, monthly_amounts)
def test_total_is_the_sum_of_its_months_within_the_published_range(
    months: tuple,  # type: ignore[type-arg]
    monthly: Decimal,
) -> None:
    total = total_amount(monthly, months)
    assert total == sum(month_amount(monthly, month) for month in months)
    assert total_amount(Decimal(60), months) <= total <= total_amount(Decimal(200), months)
