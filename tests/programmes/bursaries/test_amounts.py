"""The amount of a bursary: S1's figures, then what holds for any rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.amounts import RateFact
from apps.programmes.bursaries.amounts import bounds, cap, compute, lowest_total, year_code
from apps.programmes.bursaries.tracks import TRACKS
from tests.support.text import plain


def rate(code: str, amount: Decimal | int) -> RateFact:
    return RateFact(
        code=code, amount=Decimal(amount), valid_from=date(2023, 1, 1), source="Délibération"
    )


# What S1 says, l. 192-206, and nothing more.
RATES_2023 = {
    code: rate(code, amount)
    for code, amount in {
        "range:min": 1200,
        "range:max": 18000,
        "min:france": 4650,
        "max:france": 15000,
        "min:france-interne": 10000,
        "max:france-interne": 15000,
        "total-min:france": 21450,
        "cap:france": 23250,
        "min:iasi": 9000,
        "max:iasi": 18000,
        "cap:iasi": 54000,
        "min:zagreb": 1200,
        "max:zagreb": 3000,
        "total-min:zagreb": 10800,
        "cap:zagreb": 18000,
    }.items()
}


@pytest.mark.parametrize(
    ("track", "low", "high", "lowest", "highest"),
    [
        ("france-externe", 4650, 15000, 21450, 23250),
        ("france-interne", 10000, 15000, 21450, 23250),
        ("iasi", 9000, 18000, None, 54000),
        ("zagreb", 1200, 3000, 10800, 18000),
        ("europe-autre", 1200, 18000, None, None),
    ],
)
def test_bounds_and_totals_of_the_source(
    track: str, low: int, high: int, lowest: int | None, highest: int | None
) -> None:
    assert bounds(track, RATES_2023) == (low, high)
    assert (lowest_total(track, RATES_2023), cap(track, RATES_2023)) == (lowest, highest)


@pytest.mark.parametrize("track", TRACKS)
def test_amount_of_a_year_is_never_guessed(track: str) -> None:
    breakdown = compute(track=track, year=1, rates=RATES_2023)
    assert breakdown.total is None
    assert breakdown.lines == ()
    assert breakdown.explanation.startswith("Le montant est fixé par délibération.")


def test_cap_lowers_what_is_left() -> None:
    breakdown = compute(track="zagreb", year=6, rates=RATES_2023, granted=Decimal(16000))
    assert breakdown.bounds == (Decimal(1200), Decimal(2000))
    assert "Déjà accordé : 16 000 €. Reste : 2 000 € au plus." in plain(breakdown.explanation)


def test_nothing_is_left_once_the_cap_is_reached() -> None:
    breakdown = compute(track="zagreb", year=7, rates=RATES_2023, granted=Decimal(18000))
    assert breakdown.bounds == (Decimal(0), Decimal(0))


def test_amount_set_for_a_year_is_a_line_cut_down_to_the_cap() -> None:
    code = year_code("zagreb", 2)
    rates = RATES_2023 | {code: rate(code, 1800)}

    whole = compute(track="zagreb", year=2, rates=rates, granted=Decimal(1200))
    cut = compute(track="zagreb", year=2, rates=rates, granted=Decimal(17500))

    assert (whole.total, whole.maximum) == (Decimal(1800), Decimal(16800))
    assert [(line.label, line.rate_code) for line in whole.lines] == [
        ("Faculté de Zagreb (Croatie), 2e année", "year:zagreb:2")
    ]
    assert cut.total == Decimal(500)


def test_externe_is_told_that_one_amount_only_is_published() -> None:
    breakdown = compute(track="france-externe", year=3, rates=RATES_2023)
    assert "dont une seule d’externe : 4 650 €, en 3e année." in plain(breakdown.explanation)


def test_before_any_rate_nothing_is_said() -> None:
    breakdown = compute(track="iasi", year=1, rates={})
    assert (breakdown.total, breakdown.bounds, breakdown.maximum) == (None, None, None)
    assert "Aucun plafond n’est publié" in breakdown.explanation


euros = st.integers(min_value=0, max_value=100_000).map(Decimal)
books = st.dictionaries(
    st.sampled_from([*RATES_2023, *(year_code(track, 2) for track in TRACKS)]), euros
).map(lambda amounts: {code: rate(code, amount) for code, amount in amounts.items()})


@given(st.sampled_from(sorted(TRACKS)), books, euros)
def test_whatever_is_given_stays_under_the_cap(
    track: str, rates: dict[str, RateFact], granted: Decimal
) -> None:
    breakdown = compute(track=track, year=2, rates=rates, granted=granted)
    limit = cap(track, rates)
    if limit is not None:
        left = max(limit - granted, Decimal(0))
        assert breakdown.maximum is None or breakdown.maximum <= left
        assert breakdown.total is None or breakdown.total <= left


@given(st.sampled_from(sorted(TRACKS)), books, euros, euros)
def test_more_granted_never_leaves_more(
    track: str, rates: dict[str, RateFact], less: Decimal, more: Decimal
) -> None:
    less, more = sorted((less, more))
    before = compute(track=track, year=2, rates=rates, granted=less).maximum
    after = compute(track=track, year=2, rates=rates, granted=more).maximum
    assert (before is None) == (after is None)
    assert before is None or after is None or after <= before
