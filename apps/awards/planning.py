"""What a grant plans at once, in its transaction: the instalments and the commitment.

Both are there before the agreement is signed, so that the envelope of each year is committed by
the vote itself, and the agreement can show what it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Max

from apps.awards.enums import InstalmentStatus
from apps.awards.models import AwardTerms, Commitment, Instalment, Promise
from apps.awards.programmes import awarded
from apps.awards.schedule import PlannedInstalment, why_not_schedule
from apps.casefiles.consequences import follows
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.dates import add_months


def decision_day(case_file: CaseFile, event: CaseFileEvent) -> date:
    """The day that counts for budget year and terms: the vote's, else that of its record."""
    decision = case_file.decision
    return (decision and decision.decided_on) or clock.paris_date(event.at)


@follows("grant", "grant_by_delegation")
def _plan_award(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Raises MoveRefusedError when the programme's schedule does not pay the award exactly."""
    amount = case_file.granted_amount or Decimal(0)
    day = decision_day(case_file, event)
    planned = awarded(case_file).schedule(case_file, amount=amount, decided_on=day)
    if reason := why_not_schedule(planned, amount=amount):
        raise MoveRefusedError(reason)
    add_instalments(case_file=case_file, planned=planned)
    _plan_commitment(case_file, day)


def add_instalments(
    *, case_file: CaseFile, planned: Sequence[PlannedInstalment]
) -> list[Instalment]:
    """Plan payments after those already there, inside the caller's transaction."""
    last = case_file.instalments.aggregate(last=Max("rank"))["last"] or 0
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
        for rank, instalment in enumerate(planned, start=last + 1)
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
    for instalment in case_file.instalments.select_for_update(of=("self",)).filter(
        status__in=(
            *(InstalmentStatus.PLANNED, InstalmentStatus.AWAITED),
            *(InstalmentStatus.RECEIVED, InstalmentStatus.DUE),
        )
    ):
        instalment.status = InstalmentStatus.CANCELLED
        instalment.save(update_fields=["status"])
