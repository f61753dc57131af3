"""A project's budget over its years, and whether it adds up. Pure: no ORM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import format_euros

_NOTHING = Decimal(0)
_PER_MILLE = Decimal("0.001")


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    """One line: euros for year 1, 2, 3."""

    label: str
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, _NOTHING)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a project costs, and who pays: the others, and the aid asked."""

    years: int
    expenses: tuple[BudgetRow, ...]
    funding: tuple[BudgetRow, ...]
    asked: tuple[Decimal, ...]

    @property
    def total_cost(self) -> Decimal:
        return _total(self.expenses)

    @property
    def total_funding(self) -> Decimal:
        return _total(self.funding)

    @property
    def total_asked(self) -> Decimal:
        return sum(self.asked, _NOTHING)

    @property
    def share_asked(self) -> Decimal | None:
        """The aid asked out of the whole cost, to a thousandth; None without a cost."""
        if not self.total_cost:
            return None
        return (self.total_asked / self.total_cost).quantize(_PER_MILLE)

    def cost(self, year: int) -> Decimal:
        """Euros that the year (1 to 3) costs."""
        return _of_year(self.expenses, year)

    def resources(self, year: int) -> Decimal:
        """Euros that the year brings in, the aid asked included."""
        return _of_year(self.funding, year) + self.asked[year - 1]


def _total(rows: Sequence[BudgetRow]) -> Decimal:
    return sum((row.total for row in rows), _NOTHING)


def _of_year(rows: Sequence[BudgetRow], year: int) -> Decimal:
    return sum((row.amounts[year - 1] for row in rows), _NOTHING)


def imbalances(budget: Budget) -> tuple[str, ...]:
    """Why the budget does not hold, one French sentence each; empty when it does."""
    reasons = []
    if not budget.total_cost:
        reasons.append("Le budget n’a pas encore de dépense.")
    if not budget.total_asked:
        reasons.append("Indiquez l’aide que vous demandez, en euros.")
    for year in range(1, len(budget.asked) + 1):
        cost, resources = budget.cost(year), budget.resources(year)
        if year > budget.years:
            if cost or resources:
                reasons.append(f"L’année {year} a des montants, mais le projet n’y dure pas.")
        elif cost != resources:
            reasons.append(_gap(year, cost, resources))
    return tuple(reasons)


def _gap(year: int, cost: Decimal, resources: Decimal) -> str:
    words = (
        f"Année {year} : {format_euros(cost)} de dépenses et {format_euros(resources)} de recettes."
    )
    gap = format_euros(abs(cost - resources))
    return f"{words} Il manque {gap}." if cost > resources else f"{words} Il y a {gap} de trop."
