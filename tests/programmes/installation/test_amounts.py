"""The amount of the installation aid: S1's figures, then what holds for any rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.amounts import RateFact
from apps.programmes.installation.amounts import (
    BONUS,
    RANGE_MAXIMUM,
    RANGE_MINIMUM,
    base_code,
    compute,
)
from apps.programmes.installation.professions import PROFESSIONS

ANSWERS = ("deja", "promesse", "non")


def rate(code: str, amount: Decimal | int) -> RateFact:
    return RateFact(
        code=code, amount=Decimal(amount), valid_from=date(2023, 1, 1), source="Délibération"
    )


# What the 2023 votes show, and nothing more (seed_facts.yaml, base_amounts_observed).
RATES_2023 = {
    fact.code: fact
    for fact in (
        rate(base_code("medecin-generaliste"), 8000),
        rate(base_code("masseur-kinesitherapeute"), 35000),
        rate(base_code("chirurgien-dentiste"), 35000),
        rate(base_code("pedicure-podologue"), 15000),
        rate(BONUS, 2000),
        rate(RANGE_MINIMUM, 7000),
        rate(RANGE_MAXIMUM, 35000),
    )
}


@pytest.mark.parametrize(
    ("profession", "supervisor", "total"),
    [
        ("medecin-generaliste", "non", 8000),
        ("masseur-kinesitherapeute", "non", 35000),
        ("masseur-kinesitherapeute", "promesse", 37000),
        ("chirurgien-dentiste", "promesse", 37000),
        ("chirurgien-dentiste", "deja", 37000),
        ("chirurgien-dentiste", "", 35000),
        ("pedicure-podologue", "non", 15000),
    ],
)
def test_amounts_voted_in_2023(profession: str, supervisor: str, total: int) -> None:
    breakdown = compute(profession=profession, supervisor=supervisor, rates=RATES_2023)
    assert breakdown.total == Decimal(total)


def test_lines_name_their_rate_and_its_source() -> None:
    breakdown = compute(
        profession="masseur-kinesitherapeute", supervisor="promesse", rates=RATES_2023
    )
    assert [(line.label, line.amount, line.rate_code) for line in breakdown.lines] == [
        ("Masseur-kinésithérapeute", Decimal(35000), "base:masseur-kinesitherapeute"),
        (
            "Promesse de devenir maître de stage sous 5 ans",
            Decimal(2000),
            "bonus:maitre-de-stage",
        ),
    ]
    assert {(line.source, line.valid_from) for line in breakdown.lines} == {
        ("Délibération", date(2023, 1, 1))
    }


def test_profession_without_a_rate_gets_the_published_range_never_a_guess() -> None:
    breakdown = compute(profession="sage-femme", supervisor="promesse", rates=RATES_2023)

    assert breakdown.total is None
    assert (breakdown.minimum, breakdown.maximum) == (Decimal(7000), Decimal(35000))
    assert breakdown.bounds == (Decimal(9000), Decimal(37000))
    assert breakdown.explanation == "Sage-femme : le montant est fixé par délibération."


def test_before_any_rate_nothing_is_said() -> None:
    breakdown = compute(profession="medecin-generaliste", supervisor="deja", rates={})
    assert (breakdown.total, breakdown.bounds, breakdown.lines) == (None, None, ())


euros = st.integers(min_value=0, max_value=100_000)
professions = st.sampled_from(sorted(PROFESSIONS))
books = st.dictionaries(
    st.sampled_from([*map(base_code, PROFESSIONS), BONUS, RANGE_MINIMUM, RANGE_MAXIMUM]), euros
).map(lambda amounts: {code: rate(code, amount) for code, amount in amounts.items()})


@given(professions, st.sampled_from(ANSWERS), books)
def test_total_is_the_sum_of_its_lines_each_from_the_book(
    profession: str, supervisor: str, rates: dict[str, RateFact]
) -> None:
    breakdown = compute(profession=profession, supervisor=supervisor, rates=rates)

    assert all(line.amount == rates[line.rate_code].amount for line in breakdown.lines)
    assert breakdown.is_set == (base_code(profession) in rates)
    if breakdown.total is not None:
        assert breakdown.total == sum(line.amount for line in breakdown.lines)


@given(professions, books)
def test_promise_earns_as_much_as_being_a_supervisor_and_never_less_than_no(
    profession: str, rates: dict[str, RateFact]
) -> None:
    already, promise, no = (
        compute(profession=profession, supervisor=answer, rates=rates) for answer in ANSWERS
    )
    assert already.total == promise.total
    if no.total is not None and promise.total is not None:
        bonus = rates[BONUS].amount if BONUS in rates else 0
        assert promise.total - no.total == bonus


@given(professions, st.sampled_from(ANSWERS), books, euros)
def test_rate_of_another_profession_changes_nothing(
    profession: str, supervisor: str, rates: dict[str, RateFact], amount: int
) -> None:
    before = compute(profession=profession, supervisor=supervisor, rates=rates)
    others = {
        base_code(other): rate(base_code(other), amount)
        for other in PROFESSIONS
        if other != profession
    }
    assert compute(profession=profession, supervisor=supervisor, rates=rates | others) == before
