"""What an agreement says, frozen when its PDF is made. Pure: plain values in, JSON out.

Amounts and lines are the decision's; the rest is what was planned at the grant. A later change of
rates, terms or names changes no agreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.awards.repayment import yearly_repayments


@dataclass(frozen=True, kw_only=True)
class AmountRow:
    """Euros under a label; `detail` is a source, or what proves that a payment is due."""

    label: str
    amount: Decimal
    detail: str = ""
    year: int | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """« Devenir maître de stage » within `years` of the first day of practice."""

    label: str
    amount: Decimal
    years: int


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """The practice owed in return; an unset length stays unset."""

    months: int | None
    begins_by: date | None
    commune: str
    # First day of practice for the table of repayments: the announced one.
    starts_on: date | None
    repayments: tuple[AmountRow, ...] = ()

    @property
    def duration(self) -> str:
        """« 5 ans », « 18 mois »; empty while it is not fixed."""
        if self.months is None:
            return ""
        years, rest = divmod(self.months, 12)
        if rest or not years:
            return f"{self.months} mois"
        return f"{years} ans" if years > 1 else "1 an"


@dataclass(frozen=True, kw_only=True)
class AgreementTerms:
    beneficiary: str
    address: str
    amount: Decimal
    route: str
    decided_on: date | None
    deliberation: str
    lines: tuple[AmountRow, ...]
    instalments: tuple[AmountRow, ...]
    obligations: tuple[str, ...]
    promises: tuple[Promise, ...]
    engagement: Engagement | None

    def to_json(self) -> dict[str, Any]:
        engagement = self.engagement
        return {
            "beneficiary": self.beneficiary,
            "address": self.address,
            "amount": str(self.amount),
            "route": self.route,
            "decided_on": _iso(self.decided_on),
            "deliberation": self.deliberation,
            "lines": [_row(row) for row in self.lines],
            "instalments": [_row(row) for row in self.instalments],
            "obligations": list(self.obligations),
            "promises": [
                {"label": promise.label, "amount": str(promise.amount), "years": promise.years}
                for promise in self.promises
            ],
            "engagement": engagement
            and {
                "months": engagement.months,
                "begins_by": _iso(engagement.begins_by),
                "commune": engagement.commune,
                "starts_on": _iso(engagement.starts_on),
                "repayments": [_row(row) for row in engagement.repayments],
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AgreementTerms:
        engagement = data["engagement"]
        return cls(
            beneficiary=data["beneficiary"],
            address=data["address"],
            amount=Decimal(data["amount"]),
            route=data["route"],
            decided_on=_date(data["decided_on"]),
            deliberation=data["deliberation"],
            lines=_rows(data["lines"]),
            instalments=_rows(data["instalments"]),
            obligations=tuple(data["obligations"]),
            promises=tuple(
                Promise(label=row["label"], amount=Decimal(row["amount"]), years=row["years"])
                for row in data["promises"]
            ),
            engagement=engagement
            and Engagement(
                months=engagement["months"],
                begins_by=_date(engagement["begins_by"]),
                commune=engagement["commune"],
                starts_on=_date(engagement["starts_on"]),
                repayments=_rows(engagement["repayments"]),
            ),
        )


def repayment_rows(
    *, months: int | None, starts_on: date | None, amount: Decimal
) -> tuple[AmountRow, ...]:
    """What would be paid back after each year, once `amount` euros are all paid.

    Empty while the length, or the first day of practice, is unknown: nothing is guessed.
    """
    if months is None or starts_on is None:
        return ()
    repayments = yearly_repayments(months=months, started_on=starts_on, amount=amount)
    return tuple(
        AmountRow(label=_moment(years, repayment.remaining_days), amount=repayment.amount)
        for years, repayment in enumerate(repayments)
    )


def _moment(years: int, remaining_days: int) -> str:
    if remaining_days == 0:
        return "À la fin de l’engagement"
    if years == 0:
        return "Avant le premier jour"
    return f"Après {years} ans" if years > 1 else "Après 1 an"


def _row(row: AmountRow) -> dict[str, Any]:
    return {
        "label": row.label,
        "amount": str(row.amount),
        "detail": row.detail,
        "year": row.year,
        "on": _iso(row.on),
    }


def _rows(rows: list[dict[str, Any]]) -> tuple[AmountRow, ...]:
    return tuple(
        AmountRow(
            label=row["label"],
            amount=Decimal(row["amount"]),
            detail=row["detail"],
            year=row["year"],
            on=_date(row["on"]),
        )
        for row in rows
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
