"""The worked examples of docs/repayment.md, and what holds for every commitment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.awards.repayment import (
    Pause,
    Term,
    never_begun,
    repayment,
    why_not_compute,
    yearly_repayments,
)
from tests.architecture.source import ROOT
from tests.support.text import plain

START = date(2027, 1, 4)
DAY = timedelta(days=1)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading of the page."""
    page = (ROOT / "docs" / "repayment.md").read_text(encoding="utf-8")
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def term(months: str, started_on: str, pauses: str) -> Term:
    return Term(
        months=int(months),
        started_on=date.fromisoformat(started_on),
        pauses=tuple(
            Pause(
                first_day=date.fromisoformat(first),
                last_day=date.fromisoformat(last) if last else None,
            )
            for first, _, last in (pause.partition("/") for pause in pauses.split())
        ),
    )


@pytest.mark.parametrize("cells", rows("Examples"), ids=lambda cells: cells[-1])
def test_worked_example(cells: list[str]) -> None:
    months, started_on, pauses, paid, on, total, elapsed, amount, _ = cells

    result = repayment(
        term(months, started_on, pauses), paid=Decimal(paid), on=date.fromisoformat(on)
    )

    assert (result.total_days, result.elapsed_days) == (int(total), int(elapsed))
    assert result.amount == Decimal(amount)


@pytest.mark.parametrize("cells", rows("The last day"), ids="-".join)
def test_last_day_of_the_examples(cells: list[str]) -> None:
    months, started_on, pauses, last_day = cells

    assert term(months, started_on, pauses).last_day == date.fromisoformat(last_day)


def test_page_holds_enough_examples() -> None:
    assert len(rows("Examples")) >= 14
    assert len(rows("The last day")) >= 5


def test_pause_without_end_leaves_the_end_unknown() -> None:
    assert Term(months=60, started_on=START, pauses=(Pause(first_day=START),)).last_day is None


def test_unset_length_computes_nothing_and_says_so() -> None:
    assert plain(why_not_compute(None)) == (
        "La durée de l’engagement n’est pas fixée : le montant à rembourser ne se calcule pas."
    )
    assert why_not_compute(60) == ""


def test_commitment_that_never_began_gives_all_back() -> None:
    result = never_begun(months=60, paid=Decimal("15000.00"), on=START)

    assert (result.amount, result.elapsed_days, result.remaining_days) == (15000, 0, 1826)


def test_reckoning_is_told_in_words() -> None:
    result = repayment(Term(months=60, started_on=START), paid=Decimal(15000), on=date(2029, 7, 4))

    assert plain(result.formula) == "15 000 € × 913 jours restants ÷ 1 826 jours = 7 500 €"
    assert plain(result.explanation) == (
        "15 000 € versés. Engagement de 1 826 jours, dont 913 accomplis au 4 juillet 2029 compris. "
        "15 000 € × 913 jours restants ÷ 1 826 jours = 7 500 €, arrondi au centime le plus proche, "
        "un demi-centime comptant pour un centime."
    )


def test_last_day_but_one_is_told_in_the_singular() -> None:
    result = repayment(Term(months=60, started_on=START), paid=Decimal(15000), on=date(2032, 1, 2))

    assert "× 1 jour restant ÷" in plain(result.formula)


def test_agreement_shows_each_year() -> None:
    table = yearly_repayments(months=60, started_on=START, amount=Decimal(15000))

    assert [(row.on.isoformat(), str(row.amount)) for row in table] == [
        ("2027-01-03", "15000.00"),
        ("2028-01-03", "12001.64"),
        ("2029-01-03", "8995.07"),
        ("2030-01-03", "5996.71"),
        ("2031-01-03", "2998.36"),
        ("2032-01-03", "0.00"),
    ]


def test_agreement_shows_an_incomplete_last_year() -> None:
    table = yearly_repayments(months=18, started_on=START, amount=Decimal(15000))

    assert [row.on for row in table] == [date(2027, 1, 3), date(2028, 1, 3), date(2028, 7, 3)]


days = st.dates(date(2024, 1, 1), date(2034, 12, 31))
money = st.decimals(0, 60_000, places=2)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Pauses that do not overlap, before, inside and after the commitment."""
    bounds = sorted(draw(st.sets(days, max_size=8)))
    if len(bounds) % 2:
        bounds.pop()
    pauses = tuple(
        Pause(first_day=first, last_day=last)
        for first, last in zip(bounds[::2], bounds[1::2], strict=True)
    )
    return Term(months=draw(st.integers(1, 120)), started_on=draw(days), pauses=pauses)


@given(terms(), money, days)
def test_repayment_is_between_nothing_and_what_was_paid(
    term: Term, paid: Decimal, on: date
) -> None:
    assert 0 <= repayment(term, paid=paid, on=on).amount <= paid


@given(terms(), money, days)
def test_repayment_never_rises_from_one_day_to_the_next(
    term: Term, paid: Decimal, on: date
) -> None:
    today, tomorrow = (repayment(term, paid=paid, on=day) for day in (on, on + DAY))

    assert tomorrow.amount <= today.amount
    assert tomorrow.elapsed_days - today.elapsed_days in (0, 1)


@given(terms(), money)
def test_nothing_is_owed_on_the_last_day_and_something_the_day_before(
    term: Term, paid: Decimal
) -> None:
    last = term.last_day
    assert last is not None
    assert repayment(term, paid=paid, on=last).amount == 0
    assert repayment(term, paid=paid, on=last - DAY).remaining_days == 1
    assert repayment(term, paid=paid, on=term.started_on - DAY).amount == paid


@given(terms(), st.integers(0, 6_000), st.integers(1, 400), days)
def test_pausing_never_shortens_a_commitment(term: Term, after: int, length: int, on: date) -> None:
    """One pause more, after all the others."""
    last_known = max((pause.last_day or pause.first_day for pause in term.pauses), default=on)
    first = last_known + DAY + timedelta(days=after)
    longer = Term(
        months=term.months,
        started_on=term.started_on,
        pauses=(*term.pauses, Pause(first_day=first, last_day=first + timedelta(days=length))),
    )

    assert longer.last_day is not None
    assert term.last_day is not None
    assert longer.last_day >= term.last_day
    assert longer.elapsed_days(on) <= term.elapsed_days(on)
    assert longer.total_days == term.total_days
