"""What is added to an award after its decision: the amendment, and the payment it plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.awards.envelopes import asked_by, check_envelopes
from apps.awards.models import Amendment
from apps.awards.planning import add_instalments
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody proposes to add, with the rules as they read that day (plain JSON)."""

    label: str
    amount: Decimal
    proposed_by: User
    proposed_at: datetime
    breakdown: Mapping[str, Any] | None = None


def award_total(case_file: CaseFile) -> Decimal:
    """Euros of the award with its amendments: one query."""
    return (case_file.granted_amount or Decimal(0)) + case_file.amendments.total()


def why_not_decide(actor: User, proposer: User | None) -> str:
    """Two persons: the one who proposes never decides, superuser included."""
    if proposer and proposer.pk == actor.pk:
        return "Vous avez proposé ce montant : une autre personne doit décider."
    return ""


def why_not_record(case_file: CaseFile, *, decided_on: date, deliberation: str, on: date) -> str:
    """Why a decision cannot be recorded on a day as it was typed, or an empty string."""
    by_vote = programmes[case_file.programme].decided_by == DecisionRoute.COMMISSION
    if by_vote and not deliberation.strip():
        return "Indiquez le numéro de la délibération."
    if decided_on > on:
        return "La date de la décision est à venir."
    return ""


def amend(
    *,
    case_file: CaseFile,
    proposal: Proposal,
    actor: User,
    decided_on: date,
    deliberation: str,
    at: datetime,
) -> Amendment:
    """Add to the award of a locked file, inside the caller's transaction.

    Side effects: the amendment, and its payment on the budget of the decision's year, in the
    limits of that year's envelope. Raises MoveRefusedError with a French reason.
    """
    refusal = why_not_decide(actor, proposal.proposed_by) or why_not_record(
        case_file, decided_on=decided_on, deliberation=deliberation, on=clock.paris_date(at)
    )
    if refusal:
        raise MoveRefusedError(refusal)
    amendment = Amendment.objects.create(
        case_file=case_file,
        rank=case_file.amendments.count() + 1,
        label=proposal.label,
        amount=proposal.amount,
        budget_year=decided_on.year,
        breakdown=proposal.breakdown,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
        route=programmes[case_file.programme].decided_by,
        decided_by=actor,
        decided_on=decided_on,
        decided_at=at,
        deliberation=deliberation.strip(),
    )
    # What proves it was checked before the decision: nothing more is asked to pay.
    planned = PlannedInstalment(
        label=proposal.label, amount=proposal.amount, budget_year=amendment.budget_year
    )
    added = add_instalments(case_file=case_file, planned=[planned], at=at)
    check_envelopes(case_file.programme, asked=asked_by(added))
    return amendment
