from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.awards.schedule import PlannedInstalment, split_evenly, why_not_schedule

amounts = st.decimals(min_value="1", max_value="100000", places=2)


def instalment(amount: str) -> PlannedInstalment:
    return PlannedInstalment(label="Versement", amount=Decimal(amount), budget_year=2026)


def test_split_evenly_gives_the_cents_left_over_to_the_last() -> None:
    shares = split_evenly(Decimal(100), 3)
    assert shares == (Decimal("33.33"), Decimal("33.33"), Decimal("33.34"))


@given(amount=amounts, parts=st.integers(min_value=1, max_value=72))
def test_split_evenly_adds_up_to_the_amount(amount: Decimal, parts: int) -> None:
    shares = split_evenly(amount, parts)
    assert len(shares) == parts
    assert sum(shares) == amount
    assert all(share > 0 for share in shares)
    assert max(shares) - min(shares) < Decimal("0.01") * parts


@pytest.mark.parametrize(("amount", "parts"), [("10", 0), ("0.02", 3)])
def test_split_evenly_refuses_what_cannot_be_cut(amount: str, parts: int) -> None:
    with pytest.raises(ValueError, match="cut"):
        split_evenly(Decimal(amount), parts)


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [
        (["100.00", "50.00"], ""),
        ([], "L’échéancier est vide."),
        (["150.00", "0"], "Chaque versement a un montant."),
        (["100.00"], "La somme des versements n’est pas le montant accordé."),
    ],
)
def test_why_not_schedule(amounts: list[str], reason: str) -> None:
    assert why_not_schedule([instalment(a) for a in amounts], amount=Decimal(150)) == reason
