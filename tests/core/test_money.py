from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import CENT, format_euros, to_cents
from apps.core.templatetags.ui import euros

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (37000, "37 000 €"),
        (Decimal("12.5"), "12,50 €"),
        (Decimal("12.00"), "12 €"),
        (0, "0 €"),
        (999, "999 €"),
        (Decimal(1_234_567), "1 234 567 €"),
        (Decimal("0.005"), "0,01 €"),
        (Decimal("999.999"), "1 000 €"),
        (-8000, "-8 000 €"),
    ],
)
def test_format_euros_is_french(amount: Decimal | int, printed: str) -> None:
    assert format_euros(amount) == printed.replace(" ", "\u00a0")


def test_filter_draws_nothing_for_no_amount() -> None:
    assert (euros(None), euros(Decimal(8000))) == ("", "8\u00a0000\u00a0€")


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01")],
)
def test_to_cents_rounds_half_up(amount: str, rounded: str) -> None:
    assert to_cents(Decimal(amount)) == Decimal(rounded)


@given(amounts)
def test_to_cents_is_the_nearest_cent(amount: Decimal) -> None:
    rounded = to_cents(amount)
    assert rounded % CENT == 0
    assert abs(rounded - amount) <= CENT / 2
    assert to_cents(rounded) == rounded


@given(amounts)
def test_format_euros_reads_back_as_the_same_amount(amount: Decimal) -> None:
    printed = format_euros(amount)
    assert " " not in printed
    digits = printed.removesuffix("\u00a0€").replace("\u00a0", "").replace(",", ".")
    assert Decimal(digits) == to_cents(amount)
