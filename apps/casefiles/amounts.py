"""An amount with its explanation, line by line. Pure: no ORM.

A rate that nobody has set yet gives a range, never a guess (product.md, « No invented fact »).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.money import format_euros


@dataclass(frozen=True, kw_only=True)
class RateFact:
    """A row of the rate table, as the rules see it: euros, source, first day of validity."""

    code: str
    amount: Decimal
    valid_from: date
    source: str


RateBook = Mapping[str, RateFact]

# An act of the archive whose source does not say its amount (docs/decisions/0029).
UNPUBLISHED = "montant non publié"


def amount_or_unpublished(amount: Decimal | None) -> str:
    """Euros of something granted, in words: « 35 000 € », or that nobody published them."""
    return UNPUBLISHED if amount is None else format_euros(amount)


def granting(amount: Decimal | None) -> str:
    """« accorder 35 000 € », or « accorder, montant non publié »."""
    return f"accorder, {UNPUBLISHED}" if amount is None else f"accorder {format_euros(amount)}"


@dataclass(frozen=True, kw_only=True)
class AmountLine:
    label: str
    amount: Decimal
    rate_code: str
    source: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class AmountBreakdown:
    """Lines that add up to `total`; or, when a rate is unset, the published range in euros.

    The range is that of the unset rate alone, without the other lines; None when no text gives
    a range for that day either.
    """

    lines: tuple[AmountLine, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    is_set: bool
    explanation: str = ""

    @property
    def total(self) -> Decimal | None:
        """Sum of the lines in euros, or None when a rate is unset."""
        return sum((line.amount for line in self.lines), Decimal(0)) if self.is_set else None

    @property
    def range_label(self) -> str:
        """« 7 000 € à 35 000 € »; empty when no text gives a range."""
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{format_euros(self.minimum)} à {format_euros(self.maximum)}"

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """Lowest and highest amount in euros while a rate is unset: the range plus the lines.

        None when the amount is set, or when no text gives a range.
        """
        if self.is_set or self.minimum is None or self.maximum is None:
            return None
        known = sum((line.amount for line in self.lines), Decimal(0))
        return self.minimum + known, self.maximum + known

    def to_json(self) -> dict[str, Any]:
        return {
            "lines": [
                {
                    "label": line.label,
                    "amount": str(line.amount),
                    "rate_code": line.rate_code,
                    "source": line.source,
                    "valid_from": line.valid_from.isoformat(),
                }
                for line in self.lines
            ],
            "minimum": _text(self.minimum),
            "maximum": _text(self.maximum),
            "is_set": self.is_set,
            "explanation": self.explanation,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AmountBreakdown:
        return cls(
            lines=tuple(
                AmountLine(
                    label=line["label"],
                    amount=Decimal(line["amount"]),
                    rate_code=line["rate_code"],
                    source=line["source"],
                    valid_from=date.fromisoformat(line["valid_from"]),
                )
                for line in data["lines"]
            ),
            minimum=_decimal(data["minimum"]),
            maximum=_decimal(data["maximum"]),
            is_set=data["is_set"],
            explanation=data["explanation"],
        )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
