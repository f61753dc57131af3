"""What may be given to a project: at most what it asks. Pure: no ORM.

No scale is published: the jury ranks, the commission votes each amount (S1, l. 253-258).
"""

from __future__ import annotations

from decimal import Decimal

from apps.casefiles.amounts import AmountBreakdown
from apps.core.money import CENT, format_euros, to_cents


def compute(asked: Decimal | None) -> AmountBreakdown:
    """Never set beforehand; `maximum` is what the project asks."""
    return AmountBreakdown(
        lines=(),
        minimum=None,
        maximum=asked,
        is_set=False,
        explanation=f"{_asked(asked)} Le jury propose un montant, la commission permanente le "
        "vote.",
    )


def _asked(asked: Decimal | None) -> str:
    if asked is None:
        return "Aucun barème n’est publié."
    return f"Vous demandez {format_euros(asked)}."


def split_by_years(amount: Decimal, asked: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """`amount` euros cut into years in the proportions of what was asked; cents go to the last.

    A year for which nothing was asked gets nothing. Raises ValueError when nothing was asked.
    """
    total = sum(asked, Decimal(0))
    if total <= 0:
        raise ValueError("Nothing was asked.")
    shares = [to_cents(amount * year / total - CENT / 2) if year else Decimal(0) for year in asked]
    last = max(index for index, year in enumerate(asked) if year)
    shares[last] += amount - sum(shares, Decimal(0))
    return tuple(shares)
