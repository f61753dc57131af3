"""Propose a decision, and take it by delegation (awards.sessions takes it by vote)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.enums import Channel, Outcome
from apps.casefiles.models import CaseFile, Decision
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError, lock, perform
from apps.core import clock
from apps.core.money import format_euros


@transaction.atomic
def propose(
    *,
    case_file: CaseFile,
    actor: User,
    outcome: Outcome,
    amount: Decimal | None = None,
    is_amount_unpublished: bool = False,
    reason: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Write the proposal and move the file to « Proposition à valider ».

    The decision keeps the lines, rates and facts that the rules give on the day the request
    was received. `is_amount_unpublished`: an act of the archive is granted whose source does not
    give the amount. Raises MoveRefusedError with French reasons, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    if locked.decision is not None:
        raise MoveRefusedError("Une décision est déjà proposée pour ce dossier.")
    if outcome == Outcome.REJECT:
        amount, is_amount_unpublished = None, False
        refusal = why_not_reject(reason)
    elif is_amount_unpublished:
        refusal = why_not_grant_unpublished(locked, amount)
    else:
        refusal = why_not_grant(locked, amount, reason=reason)
    if refusal:
        raise MoveRefusedError(refusal)
    programme = programmes[locked.programme]
    Decision.objects.create(
        case_file=locked,
        outcome=outcome,
        amount=amount,
        is_amount_unpublished=is_amount_unpublished,
        reason=reason.strip(),
        breakdown=locked.computation,
        facts=programme.facts(locked),
        proposed_by=actor,
        proposed_at=at,
        route=programme.decided_by,
    )
    return perform(locked, "propose", actor=actor, at=at, comment=reason)


def why_not_grant(case_file: CaseFile, amount: Decimal | None, *, reason: str) -> str:
    """Why this amount cannot be proposed: it is what the rules computed, or it is explained.

    While a rate is unset, it stays within the published range.
    """
    return why_not_amount(case_file.breakdown, amount, reason=reason)


def why_not_amount(
    breakdown: AmountBreakdown | None, amount: Decimal | None, *, reason: str
) -> str:
    """The same, for a breakdown that a layer above computed."""
    if amount is None or amount <= 0:
        return "Indiquez le montant proposé, en euros."
    if breakdown is None:
        return ""
    if bounds := breakdown.bounds:
        low, high = bounds
        if not low <= amount <= high:
            return f"Le montant se situe entre {format_euros(low)} et {format_euros(high)}."
    if breakdown.total is not None and amount != breakdown.total and not reason.strip():
        return f"Expliquez l’écart avec le montant calculé, {format_euros(breakdown.total)}."
    return ""


def why_not_grant_unpublished(case_file: CaseFile, amount: Decimal | None) -> str:
    """The database refuses the same (Decision, CaseFile): no living award lacks its amount."""
    if case_file.channel != Channel.ARCHIVE:
        return "Seul un acte ancien peut manquer de montant."
    return "" if amount is None else "Ce montant est connu : il n’est pas « non publié »."


def why_not_reject(reason: str) -> str:
    return "" if reason.strip() else "Indiquez le motif du refus : il figure dans la lettre."


@transaction.atomic
def withdraw_proposal(
    *,
    case_file: CaseFile,
    actor: User,
    comment: str,
    name: str = "return_to_review",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Send a proposal back to review, or cancel a decision (`name` « cancel_decision »).

    The proposal stays in the history, marked as cancelled.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    decision = locked.decision
    moved = perform(locked, name, actor=actor, comment=comment, at=at)
    if decision is not None:
        decision.cancelled_at = at
        decision.save(update_fields=["cancelled_at"])
    return moved


@transaction.atomic
def record_decision(
    *,
    case_file: CaseFile,
    name: str,
    actor: User,
    decided_on: date | None,
    deliberation: str = "",
    rejected_because: str = "",
    comment: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Take the decision that was proposed (`name` is a grant or reject move).

    Writes who decided and when on the Decision, then moves the file, which writes the letter
    and queues the e-mail. `rejected_because` is the reason of those who vote against granting:
    the decision becomes a rejection, its history keeps the amount that was proposed. Raises
    MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    decision = locked.decision
    if decision is None:
        raise MoveRefusedError("Aucune décision n’est proposée pour ce dossier.")
    if decision.proposed_by_id == actor.pk:
        raise MoveRefusedError(
            "Vous avez proposé cette décision : une autre personne doit la prendre."
        )
    if decision.is_decided:
        raise MoveRefusedError("La décision est déjà enregistrée.")
    decision.decided_by, decision.decided_at = actor, at
    decision.decided_on, decision.deliberation = decided_on, deliberation.strip()
    changed = ["decided_by", "decided_at", "decided_on", "deliberation"]
    if rejected_because.strip():
        decision.outcome, decision.amount = Outcome.REJECT, None
        decision.is_amount_unpublished = False
        decision.reason = rejected_because.strip()
        changed += ["outcome", "amount", "is_amount_unpublished", "reason"]
    decision.save(update_fields=changed)
    return perform(locked, name, actor=actor, at=at, comment=comment)
