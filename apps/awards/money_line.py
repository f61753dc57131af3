"""Where the money of an envelope ends in a list of wishes. Pure: plain values, no ORM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    """What a list of provisional yeses adds up to, in euros.

    `below` are the ranks (from 0) that the money left does not reach: from the first one that
    does not fit whole, all of them. A smaller one further down does not jump the queue.
    """

    count: int
    total: Decimal
    remaining: Decimal
    below: frozenset[int]

    @property
    def left(self) -> Decimal:
        """What would be left of the envelope; negative when money is missing."""
        return self.remaining - self.total

    @property
    def missing(self) -> Decimal:
        return max(Decimal(0), -self.left)


def draw_line(wishes: Sequence[Decimal | None], *, remaining: Decimal) -> MoneyLine:
    """Serve the wishes in their order; None is a file that asks for nothing."""
    total, below = Decimal(0), []
    for rank, amount in enumerate(wishes):
        if amount is None:
            continue
        total += amount
        if total > remaining:
            below.append(rank)
    return MoneyLine(
        count=sum(amount is not None for amount in wishes),
        total=total,
        remaining=remaining,
        below=frozenset(below),
    )
