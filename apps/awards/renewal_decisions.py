"""What the guichet does with a renewal that was sent: give it back, propose, decide.

Two persons, as for a first award: a caseworker proposes, a head decides, and records the number of
the deliberation when the programme is decided by the commission (docs/decisions/0016).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.awards.amendments import (
    Proposal,
    amend,
    award_total,
    why_not_decide,
    why_not_record,
)
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.incompatibilities import hold_rules, why_not_cumulate
from apps.awards.models import Renewal
from apps.awards.programmes import awarded
from apps.awards.renewal_letter import issue_renewal_letter
from apps.awards.renewals import RENEWABLE_STATES, lock_renewal, tell_story, write_to_renew
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.enums import Outcome
from apps.casefiles.permissions import why_not_caseworker, why_not_head
from apps.casefiles.proposals import why_not_amount, why_not_reject
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.money import format_euros


def renewal_breakdown(renewal: Renewal) -> AmountBreakdown:
    """What the rules of the day it was sent give for that year, with what is left of the cap."""
    on = clock.paris_date(renewal.sent_at) if renewal.sent_at else clock.today()
    return awarded(renewal.case_file).renewal_amount(
        renewal.case_file,
        answers=renewal.answers,
        granted=award_total(renewal.case_file),
        on=on,
    )


def why_not_study(user: User, renewal: Renewal) -> str:
    """Why this person cannot give back or propose now, or an empty string."""
    if renewal.status != RenewalStatus.SENT:
        return f"Ce renouvellement est à l’état « {renewal.get_status_display()} »."
    if renewal.case_file.state not in RENEWABLE_STATES:
        return "Cette aide n’est plus en cours."
    return why_not_caseworker(user, renewal.case_file)


def why_not_settle(user: User, renewal: Renewal) -> str:
    """Why this person cannot decide now, or an empty string."""
    if renewal.status != RenewalStatus.PROPOSED:
        return f"Ce renouvellement est à l’état « {renewal.get_status_display()} »."
    if renewal.case_file.state not in RENEWABLE_STATES:
        return "Cette aide n’est plus en cours."
    return why_not_head(user, renewal.case_file) or why_not_decide(user, renewal.proposed_by)


def why_not_renew(
    renewal: Renewal, breakdown: AmountBreakdown, amount: Decimal | None, *, reason: str
) -> str:
    """Why this amount cannot be proposed for the year, or an empty string."""
    if renewal.situation != StudySituation.CONTINUES:
        situation = renewal.get_situation_display()
        return f"La personne répond « {situation} » : il n’y a pas d’année à financer."
    if amount and breakdown.maximum is not None and amount > breakdown.maximum:
        return f"Le plafond laisse {format_euros(breakdown.maximum)} au plus pour cette année."
    return why_not_amount(breakdown, amount, reason=reason)


@transaction.atomic
def return_renewal(
    *, renewal: Renewal, actor: User, reason: str, at: datetime | None = None
) -> Renewal:
    """Give it back to be completed; what was answered is kept.

    Side effects: an event and an e-mail. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    if refusal := why_not_study(actor, locked):
        raise MoveRefusedError(refusal)
    if not reason.strip():
        raise MoveRefusedError("Dites ce qui est à reprendre.")
    locked.status, locked.return_reason = RenewalStatus.TO_DO, reason.strip()
    locked.save(update_fields=["status", "return_reason"])
    tell_story(locked, "Renouvellement à reprendre", actor=actor, at=at, comment=reason.strip())
    write_to_renew("renewal-returned", locked)
    return locked


@transaction.atomic
def propose_renewal(
    *,
    renewal: Renewal,
    actor: User,
    outcome: Outcome,
    amount: Decimal | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Renewal:
    """Propose an amount within the bounds and the cap, or a refusal with its reason.

    The rules of the day it was sent are kept with it. Raises MoveRefusedError, and then changes
    nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    breakdown = renewal_breakdown(locked)
    refusal = why_not_study(actor, locked) or (
        why_not_renew(locked, breakdown, amount, reason=reason)
        if outcome == Outcome.GRANT
        else why_not_reject(reason)
    )
    if refusal:
        raise MoveRefusedError(refusal)
    locked.status, locked.outcome = RenewalStatus.PROPOSED, outcome
    locked.proposed_amount = amount if outcome == Outcome.GRANT else None
    locked.reason, locked.breakdown = reason.strip(), breakdown.to_json()
    locked.proposed_by, locked.proposed_at = actor, at
    locked.save(
        update_fields=[
            *("status", "outcome", "proposed_amount", "reason", "breakdown"),
            *("proposed_by", "proposed_at"),
        ]
    )
    tell_story(locked, "Renouvellement proposé", actor=actor, at=at, is_public=False)
    return locked


@transaction.atomic
def reconsider_renewal(
    *, renewal: Renewal, actor: User, comment: str, at: datetime | None = None
) -> Renewal:
    """Send a proposal back to study. Raises MoveRefusedError, and then changes nothing."""
    at = at or clock.now()
    locked = lock_renewal(renewal)
    if refusal := why_not_settle(actor, locked):
        raise MoveRefusedError(refusal)
    if not comment.strip():
        raise MoveRefusedError("Ce changement demande une explication.")
    locked.status = RenewalStatus.SENT
    locked.save(update_fields=["status"])
    tell_story(
        locked,
        "Renouvellement renvoyé à l’étude",
        actor=actor,
        at=at,
        comment=comment.strip(),
        is_public=False,
    )
    return locked


@transaction.atomic
def grant_renewal(
    *,
    renewal: Renewal,
    actor: User,
    decided_on: date,
    deliberation: str = "",
    at: datetime | None = None,
) -> Renewal:
    """Grant the amount that was proposed.

    Side effects: the amendment, its payment on the budget of the year of the decision, a letter,
    an event and an e-mail. The cap is read again: another year may have been granted since; so
    are the aids that do not go together. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    if refusal := why_not_settle(actor, locked):
        raise MoveRefusedError(refusal)
    has_rules = hold_rules()
    locked.amendment = amend(
        case_file=locked.case_file,
        proposal=_standing_proposal(locked),
        actor=actor,
        decided_on=decided_on,
        deliberation=deliberation,
        at=at,
    )
    locked.status = RenewalStatus.GRANTED
    _decide(locked, actor=actor, decided_on=decided_on, deliberation=deliberation, at=at)
    # The aid now runs over one more year: beside another award, perhaps.
    if has_rules and (reasons := why_not_cumulate(locked.case_file)):
        raise MoveRefusedError(*reasons)
    return locked


def _decide(
    renewal: Renewal, *, actor: User, decided_on: date, deliberation: str, at: datetime
) -> None:
    """Write the decision, its letter and its e-mail; the caller has set what was decided."""
    granted = renewal.status == RenewalStatus.GRANTED
    renewal.decided_by, renewal.decided_on, renewal.decided_at = actor, decided_on, at
    renewal.deliberation = deliberation.strip()
    words = "Renouvellement accordé" if granted else "Renouvellement refusé"
    tell_story(renewal, words, actor=actor, at=at)
    # Its line in the file's story comes after that of the decision it tells.
    renewal.letter = issue_renewal_letter(renewal, at=at)
    renewal.save(
        update_fields=[
            *("status", "outcome", "proposed_amount", "reason", "amendment"),
            *("decided_by", "decided_on", "decided_at", "deliberation", "letter"),
        ]
    )
    write_to_renew("renewal-decided", renewal)


def _standing_proposal(renewal: Renewal) -> Proposal:
    """What is proposed to add. Raises MoveRefusedError for a refusal, or above the cap of now."""
    amount, proposer, at = renewal.proposed_amount, renewal.proposed_by, renewal.proposed_at
    if amount is None or proposer is None or at is None:
        raise MoveRefusedError("La proposition n’est pas d’accorder.")
    limit = renewal_breakdown(renewal).maximum
    if limit is not None and amount > limit:
        raise MoveRefusedError(f"Le plafond laisse {format_euros(limit)} au plus.")
    case_file = renewal.case_file
    planned = awarded(case_file).renewal(case_file, school_year=renewal.school_year)
    return Proposal(
        label=planned.label if planned else renewal.year_label,
        amount=amount,
        breakdown=renewal.breakdown,
        proposed_by=proposer,
        proposed_at=at,
    )


@transaction.atomic
def refuse_renewal(
    *,
    renewal: Renewal,
    actor: User,
    decided_on: date,
    deliberation: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Renewal:
    """Refuse the year, with the reason given here or the one that was proposed.

    Side effects: a letter, an event and an e-mail; the beneficiary reads the reason and how to
    contest it. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_renewal(renewal)
    words = reason.strip() or (locked.reason if locked.outcome == Outcome.REJECT else "")
    if (
        refusal := why_not_settle(actor, locked)
        or why_not_reject(words)
        or why_not_record(
            locked.case_file,
            decided_on=decided_on,
            deliberation=deliberation,
            on=clock.paris_date(at),
        )
    ):
        raise MoveRefusedError(refusal)
    locked.status, locked.outcome = RenewalStatus.REFUSED, Outcome.REJECT
    locked.proposed_amount, locked.reason = None, words
    _decide(locked, actor=actor, decided_on=decided_on, deliberation=deliberation, at=at)
    return locked
