"""How an award is cut into instalments. Pure: plain values, no ORM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.awards.enums import ProofKind
from apps.core.money import CENT, to_cents


@dataclass(frozen=True, kw_only=True)
class PlannedInstalment:
    """One payment to come: euros, the year whose budget pays it, and what proves it is due.

    `due_on` is None while its day depends on something that has not happened yet (the first day
    of practice, say). `proof_label` says in French what is asked; empty without a proof.
    """

    label: str
    amount: Decimal
    budget_year: int
    due_on: date | None = None
    proof: ProofKind = ProofKind.NONE
    proof_label: str = ""


def split_evenly(amount: Decimal, parts: int) -> tuple[Decimal, ...]:
    """`amount` in `parts` shares that add up to it; cents left over go to the last.

    Raises ValueError for no part at all, or an amount that cannot be cut (a share below a cent).
    """
    if parts < 1:
        raise ValueError("An amount is cut into one part at least.")
    amount = to_cents(amount)
    share = (amount / parts).quantize(CENT, rounding="ROUND_DOWN")
    if share <= 0:
        raise ValueError(f"{amount} cannot be cut into {parts} parts.")
    return (*([share] * (parts - 1)), amount - share * (parts - 1))


def why_not_schedule(planned: Sequence[PlannedInstalment], *, amount: Decimal) -> str:
    """Why these instalments do not pay exactly `amount`, in French; "" when they do."""
    if not planned:
        return "L’échéancier est vide."
    if any(instalment.amount <= 0 for instalment in planned):
        return "Chaque versement a un montant."
    if sum((instalment.amount for instalment in planned), Decimal(0)) != amount:
        return "La somme des versements n’est pas le montant accordé."
    return ""
