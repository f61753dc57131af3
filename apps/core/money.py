"""Money is `Decimal` euros, to the cent, rounded half up. Pure: no ORM."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NO_BREAK_SPACE = "\u00a0"
CENT = Decimal("0.01")


def to_cents(amount: Decimal) -> Decimal:
    """`amount` rounded to the cent, half up (0.005 € becomes 0.01 €)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def format_euros(amount: Decimal | int) -> str:
    """French amount with no-break spaces: 37000 gives « 37 000 € », 12.5 « 12,50 € »."""
    value = to_cents(Decimal(amount))
    digits = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
    return digits.replace(",", NO_BREAK_SPACE).replace(".", ",") + f"{NO_BREAK_SPACE}€"
