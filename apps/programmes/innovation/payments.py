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
from apps.programmes.innovation.models import Call, ProposalDetail

_PER_CENT = Decimal(100)


def plan_years(
    case_file: CaseFile, *, amount: Decimal, decided_on: date
) -> Sequence[PlannedInstalment]:
    """Year by year in the proportions asked; the call may keep a part until the final report.

    The first part comes with the agreement. Each other one waits for the report on the year
    before, written on the portal (reports.py). A year for which nothing was asked has no payment:
    its report is asked alone (report_requests.py). Without a budget (an old act), one payment.
    """
    detail = case_file.innovation_detail
    if detail.amount_asked is None:
        label = "Versement unique"
        return (PlannedInstalment(label=label, amount=amount, budget_year=decided_on.year),)
    call = Call.objects.filter(campaign=case_file.campaign_id).first()
    balance = to_cents(amount * (call.balance_percent if call else 0) / _PER_CENT)
    shares = split_by_years(amount - balance, detail.asked)
    planned = [
        _year(year, shares[year - 1], is_first=not place, decided_on=decided_on)
        for place, year in enumerate(paid_years(detail))
    ]
    if balance:
        due_on = add_years(decided_on, _duration(detail))
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


def _year(year: int, share: Decimal, *, is_first: bool, decided_on: date) -> PlannedInstalment:
    due_on = add_years(decided_on, year - 1)
    return PlannedInstalment(
        label=f"Année {year}",
        amount=share,
        budget_year=due_on.year,
        due_on=None if is_first else due_on,
        proof=ProofKind.NONE if is_first else ProofKind.PIECE,
        proof_label="" if is_first else f"Bilan et chiffres de l’année {year - 1}",
    )


def paid_years(detail: ProposalDetail) -> list[int]:
    """The years of the project for which something was asked: a payment each, in this order."""
    return [year for year, asked in enumerate(detail.asked, start=1) if asked]


def reported_year(detail: ProposalDetail, *, rank: int) -> int:
    """The year whose report the payment `rank` waits for; 0 for the first, which waits for none."""
    years = paid_years(detail)
    if rank > len(years):
        return _duration(detail)
    return years[rank - 1] - 1 if rank > 1 else 0


def years_without_payment(case_file: CaseFile) -> list[int]:
    """The years whose report no payment waits for, the last one mostly: one query."""
    detail = case_file.innovation_detail
    ranks = case_file.instalments.filter(proof_kind=ProofKind.PIECE).values_list("rank", flat=True)
    covered = {reported_year(detail, rank=rank) for rank in ranks}
    return [year for year in range(1, _duration(detail) + 1) if year not in covered]


def _duration(detail: ProposalDetail) -> int:
    return detail.duration_years or max(paid_years(detail), default=1)
