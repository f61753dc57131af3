"""Identifiers, budgets, shares and the three answers: literal expectations."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.casefiles.eligibility import Answer
from apps.programmes.innovation.amounts import compute, split_by_years
from apps.programmes.innovation.budget import Budget, BudgetRow, imbalances
from apps.programmes.innovation.eligibility import ProposalFacts, assess
from apps.programmes.innovation.identifiers import (
    clean_rna,
    clean_siret,
    why_not_rna,
    why_not_siret,
)
from tests.support.text import plain


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("732 829 320 00074", True),
        ("73282932000075", False),
        ("7328293200007", False),
        # La Poste: digits that add up to a multiple of five, but not its head office.
        ("356 000 000 09075", True),
        ("35600000009076", False),
        ("35600000000048", True),
    ],
)
def test_siret_by_its_key_and_la_poste_by_its_own(typed: str, is_right: bool) -> None:
    assert (why_not_siret(clean_siret(typed)) == "") is is_right


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [("W452000000", True), ("w 452 000 000", True), ("W9C1000123", True), ("452000000", False)],
)
def test_rna_by_its_shape(typed: str, is_right: bool) -> None:
    assert (why_not_rna(clean_rna(typed)) == "") is is_right


def budget(*, years: int = 2, asked: tuple[int, ...] = (50, 30, 0), own: int = 20) -> Budget:
    return Budget(
        years=years,
        expenses=(BudgetRow(label="Salaires", amounts=(Decimal(70), Decimal(30), Decimal(0))),),
        funding=(BudgetRow(label="Part", amounts=(Decimal(own), Decimal(0), Decimal(0))),),
        asked=tuple(Decimal(value) for value in asked),
    )


def test_budget_that_holds() -> None:
    held = budget()

    assert imbalances(held) == ()
    assert held.total_cost == 100
    assert held.total_asked == 80
    assert held.share_asked == Decimal("0.800")


def test_budget_says_what_lacks_and_what_is_too_much() -> None:
    assert [plain(reason) for reason in imbalances(budget(own=10))] == [
        "Année 1 : 70 € de dépenses et 60 € de recettes. Il manque 10 €."
    ]
    assert [plain(reason) for reason in imbalances(budget(own=25))] == [
        "Année 1 : 70 € de dépenses et 75 € de recettes. Il y a 5 € de trop."
    ]
    assert [plain(reason) for reason in imbalances(budget(years=1))] == [
        "L’année 2 a des montants, mais le projet n’y dure pas."
    ]


def test_budget_without_anything_says_so() -> None:
    empty = Budget(years=1, expenses=(), funding=(), asked=(Decimal(0),) * 3)

    assert imbalances(empty) == (
        "Le budget n’a pas encore de dépense.",
        "Indiquez l’aide que vous demandez, en euros.",
    )
    assert empty.share_asked is None


def test_amount_is_never_computed_beforehand() -> None:
    breakdown = compute(Decimal(8000))

    assert breakdown.total is None
    assert breakdown.maximum == 8000
    assert compute(None).bounds is None


def test_aid_follows_the_years_in_the_proportions_asked() -> None:
    assert split_by_years(Decimal(4000), (Decimal(5000), Decimal(3000), Decimal(0))) == (
        Decimal("2500.00"),
        Decimal("1500.00"),
        Decimal(0),
    )


def euros(least: str) -> st.SearchStrategy[Decimal]:
    cents = st.integers(int(Decimal(least) * 100), 10_000_000)
    return cents.map(lambda number: Decimal(number) / 100)


@given(amount=euros("0.10"), asked=st.tuples(*[euros("0")] * 3).filter(any))
def test_shares_add_up_and_none_is_negative(
    amount: Decimal, asked: tuple[Decimal, Decimal, Decimal]
) -> None:
    shares = split_by_years(amount, asked)

    assert sum(shares) == amount
    assert all(share >= 0 for share in shares)
    assert all(share == 0 for share, year in zip(shares, asked, strict=True) if not year)


def facts(**changes: object) -> ProposalFacts:
    values: dict[str, object] = {
        "owner_kind": "association",
        "theme": "E-santé",
        "serves_loiret": True,
        "has_contract": True,
        **changes,
    }
    return ProposalFacts(**values)  # type: ignore[arg-type] # written out above


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Answer.YES),
        ({"owner_kind": "autre"}, Answer.CHECK),
        ({"owner_kind": "ccas", "has_contract": None}, Answer.YES),
        ({"has_contract": None}, Answer.CHECK),
        ({"has_contract": False}, Answer.NO),
        ({"serves_loiret": False}, Answer.NO),
        ({"theme": ""}, Answer.CHECK),
        ({"asked": Decimal(10), "largest_amount": Decimal(10)}, Answer.YES),
        ({"asked": Decimal(11), "largest_amount": Decimal(10)}, Answer.NO),
    ],
)
def test_three_answers(changes: dict[str, object], answer: Answer) -> None:
    eligibility = assess(facts(**changes))

    assert eligibility.answer is answer
    assert all(finding.source for finding in eligibility.findings)
