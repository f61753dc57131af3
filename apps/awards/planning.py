"""What a grant plans at once, in its transaction: the instalments and the commitment.

Both are there before the agreement is signed, so that the envelope of each year is committed by
the vote itself, and the agreement can show what it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from apps.awards.enums import InstalmentStatus
from apps.awards.models import AwardTerms, Commitment, Instalment, Promise
from apps.awards.programmes import awarded
from apps.awards.proofs import advance_instalments, cancel_unpaid
from apps.awards.schedule import PlannedInstalment, why_not_schedule
from apps.casefiles.consequences import follows
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.core.dates import add_months


def decision_day(case_file: CaseFile, event: CaseFileEvent) -> date:
    """The day that counts for budget year and terms: the vote's, else that of its record."""
    decision = case_file.decision
    return (decision and decision.decided_on) or clock.paris_date(event.at)


@follows("grant", "grant_by_delegation")
def _plan_award(case_file: CaseFile, event: CaseFileEvent) -> None:
    """An act whose amount was never published plans no payment: it commits no envelope."""
    day = decision_day(case_file, event)
    if case_file.granted_amount is not None:
        _plan_payments(case_file, case_file.granted_amount, day)
    _plan_commitment(case_file, day)


def _plan_payments(case_file: CaseFile, amount: Decimal, day: date) -> None:
    """Raises MoveRefusedError when the programme's schedule does not pay the award exactly."""
    planned = awarded(case_file).schedule(case_file, amount=amount, decided_on=day)
    if reason := why_not_schedule(planned, amount=amount):
        raise MoveRefusedError(reason)
    _create_instalments(case_file, planned, after=0)


@transaction.atomic
def add_instalments(
    *, case_file: CaseFile, planned: Sequence[PlannedInstalment], at: datetime | None = None
) -> list[Instalment]:
    """Plan further instalments of an award that was amended, after those it has.

    The amendment is written first: the database refuses instalments above the award. Side
    effect: what is due at once becomes so when the agreement is active. Raises MoveRefusedError
    for a file without a standing award.
    """
    locked = lock(case_file)
    if locked.state not in (CaseFileState.GRANTED, CaseFileState.ACTIVE):
        raise MoveRefusedError("Cette aide ne reçoit plus de versement.")
    if any(instalment.amount <= 0 for instalment in planned):
        raise MoveRefusedError("Chaque versement a un montant.")
    last = locked.instalments.aggregate(last=Max("rank"))["last"] or 0
    created = _create_instalments(locked, planned, after=last)
    advance_instalments(case_file=locked, at=at or clock.now())
    return created


def _create_instalments(
    case_file: CaseFile, planned: Sequence[PlannedInstalment], *, after: int
) -> list[Instalment]:
    return Instalment.objects.bulk_create(
        Instalment(
            case_file=case_file,
            rank=rank,
            label=instalment.label,
            amount=instalment.amount,
            budget_year=instalment.budget_year,
            due_on=instalment.due_on,
            proof_kind=instalment.proof,
            proof_label=instalment.proof_label,
        )
        for rank, instalment in enumerate(planned, start=after + 1)
    )


def _plan_commitment(case_file: CaseFile, day: date) -> None:
    """No terms in force, nothing promised: the sources ask for nothing, or nobody set it yet."""
    programme = awarded(case_file)
    terms = AwardTerms.objects.in_force(case_file.programme, day)
    promises = programme.promises(case_file)
    if terms is None and not promises:
        return
    within = terms.start_within_months if terms else None
    if programme.practice_follows_graduation:
        within = None
    zone = programme.place_zone(case_file)
    commitment = Commitment.objects.create(
        case_file=case_file,
        months=terms.commitment_months if terms else None,
        proof_every_months=terms.proof_every_months if terms else None,
        begins_by=add_months(day, within) if within else None,
        commune=case_file.commune,
        zoning=zone.zoning if zone else "",
        zone_class=zone.zone_class if zone else "",
    )
    Promise.objects.bulk_create(
        Promise(
            commitment=commitment,
            kind=promise.kind,
            label=promise.label,
            amount=promise.amount,
            keep_within_years=promise.keep_within_years,
            source=promise.source,
        )
        for promise in promises
    )


@follows("cancel_decision")
def _forget_plan(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Nothing was signed: the plan of a cancelled decision goes, its history stays."""
    case_file.instalments.filter(status=InstalmentStatus.PLANNED).delete()
    Commitment.objects.filter(case_file=case_file).delete()


@follows("terminate")
def _cancel_what_is_unpaid(case_file: CaseFile, event: CaseFileEvent) -> None:
    """What was handed to the treasury is paid; the rest of the award frees its envelope."""
    cancel_unpaid(case_file, because="Convention rompue.")
