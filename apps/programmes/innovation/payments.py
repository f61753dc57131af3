"""When an aid is paid: a part each year, against the report on the year before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from apps.awards.enums import ProofKind
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.models import CaseFile
from apps.core.dates import add_years
from apps.core.money import to_cents
from apps.programmes.innovation.amounts import split_by_years
from apps.programmes.innovation.models import Call

_PER_CENT = Decimal(100)


def plan_years(
    case_file: CaseFile, *, amount: Decimal, decided_on: date
) -> Sequence[PlannedInstalment]:
    """Year by year in the proportions asked; the call may keep a part until the final report.

    The first part comes with the agreement. Each other one waits for the report on the year
    before, written on the portal (reports.py). Without a budget (an old act), one payment.
    """
    detail = case_file.innovation_detail
    if detail.amount_asked is None:
        label = "Versement unique"
        return (PlannedInstalment(label=label, amount=amount, budget_year=decided_on.year),)
    call = Call.objects.filter(campaign=case_file.campaign_id).first()
    balance = to_cents(amount * (call.balance_percent if call else 0) / _PER_CENT)
    shares = [share for share in split_by_years(amount - balance, detail.asked) if share]
    planned = [
        _year(number, share, decided_on=decided_on) for number, share in enumerate(shares, start=1)
    ]
    if balance:
        years = len(shares)
        due_on = add_years(decided_on, years)
        planned.append(
            PlannedInstalment(
                label="Solde, sur le bilan final",
                amount=balance,
                budget_year=due_on.year,
                due_on=due_on,
                proof=ProofKind.PIECE,
                proof_label="Bilan final",
            )
        )
    return tuple(planned)


def _year(number: int, share: Decimal, *, decided_on: date) -> PlannedInstalment:
    due_on = add_years(decided_on, number - 1)
    return PlannedInstalment(
        label=f"Année {number}",
        amount=share,
        budget_year=due_on.year,
        due_on=due_on if number > 1 else None,
        proof=ProofKind.PIECE if number > 1 else ProofKind.NONE,
        proof_label=f"Bilan et chiffres de l’année {number - 1}" if number > 1 else "",
    )
