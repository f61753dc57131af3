"""What was promised beside the practice: proven, checked, reminded. Broken: clawbacks.py."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.awards.commitments import lock_commitment, require
from apps.awards.enums import PromiseStatus
from apps.awards.models import Promise
from apps.awards.permissions import why_not_give_paper
from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.words import lower_first
from apps.files.models import StoredFile
from apps.lookups.supervisors.models import Supervisor

# Before the last day: a year, three months, one month. No text fixes them.
REMINDED_BEFORE = (timedelta(days=365), timedelta(days=90), timedelta(days=30))


def lock_promise(promise: Promise) -> Promise:
    """File, commitment and promise, locked in that order and fresh. Raises MoveRefusedError."""
    commitment = lock_commitment(promise.commitment)
    locked = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    locked.commitment = commitment
    return locked


def why_not_prove(user: User, promise: Promise) -> str:
    """Why this person cannot prove this promise now, in French; "" when they can."""
    case_file = promise.commitment.case_file
    if reason := why_not_give_paper(user, case_file):
        return reason
    if case_file.state != CaseFileState.ACTIVE:
        return "Une promesse se prouve tant que la convention est active."
    if promise.status != PromiseStatus.PENDING:
        return "Cette promesse n’est plus à prouver."
    return ""


@transaction.atomic
def prove_promise(
    *, promise: Promise, actor: User, file: StoredFile, at: datetime | None = None
) -> Promise:
    """The beneficiary, or an agent for a paper that came by post, hands in the proof.

    Even after its day: the head decides what a late proof is worth. Side effects: an event.
    """
    at = at or clock.now()
    locked = lock_promise(promise)
    require(why_not_prove(actor, locked))
    locked.status, locked.file = PromiseStatus.GIVEN, file
    locked.given_by, locked.given_at, locked.refusal_reason = actor, at, ""
    locked.save(update_fields=["status", "file", "given_by", "given_at", "refusal_reason"])
    _tell(locked, "Preuve donnée", actor=actor, at=at)
    return locked


@transaction.atomic
def keep_promise(
    *,
    promise: Promise,
    actor: User,
    supervisor: Supervisor | None = None,
    at: datetime | None = None,
) -> Promise:
    """The proof is good: the promise is kept. `supervisor`: the person's entry in the register."""
    at = at or clock.now()
    locked = _lock_for_review(promise, actor)
    locked.status, locked.supervisor = PromiseStatus.KEPT, supervisor
    locked.settled_by, locked.settled_at = actor, at
    locked.save(update_fields=["status", "supervisor", "settled_by", "settled_at"])
    _tell(locked, "Promesse tenue", actor=actor, at=at)
    return locked


@transaction.atomic
def refuse_promise_proof(
    *, promise: Promise, actor: User, reason: str, at: datetime | None = None
) -> Promise:
    """Ask for another proof, and say why: the reason is what the beneficiary reads.

    Side effects: an event, an e-mail without the reason.
    """
    at = at or clock.now()
    locked = _lock_for_review(promise, actor)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi cette preuve est à refaire.")
    locked.status, locked.refusal_reason = PromiseStatus.PENDING, reason.strip()
    locked.file, locked.given_by, locked.given_at = None, None, None
    locked.save(update_fields=["status", "refusal_reason", "file", "given_by", "given_at"])
    _tell(locked, "Preuve à refaire", actor=actor, at=at)
    write_to_applicant(
        "promise-proof-refused", locked.commitment.case_file, {"promise": locked.label}
    )
    return locked


def _lock_for_review(promise: Promise, actor: User) -> Promise:
    locked = lock_promise(promise)
    require(why_not_caseworker(actor, locked.commitment.case_file))
    if locked.status != PromiseStatus.GIVEN:
        raise MoveRefusedError("Aucune preuve n’est à contrôler.")
    return locked


def _tell(promise: Promise, label: str, *, actor: User, at: datetime) -> None:
    record_event(
        promise.commitment.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": f"{label} : {lower_first(promise.label)}"},
    )


@transaction.atomic
def remind_of_promise(*, promise: Promise, at: datetime) -> bool:
    """Whether a reminder left: one for each interval that began, never two for the same.

    Intervals that passed before the first day of practice was recorded are skipped.
    """
    try:
        locked = lock_promise(promise)
    except MoveRefusedError:
        return False  # the agreement ended since the list was read
    if locked.status != PromiseStatus.PENDING or locked.due_on is None:
        return False
    begun = _intervals_begun(locked.due_on, clock.paris_date(at))
    if begun <= locked.reminders:
        return False
    locked.reminders = begun
    locked.save(update_fields=["reminders"])
    return write_to_applicant(
        "promise-reminder",
        locked.commitment.case_file,
        {"promise": locked.label, "due_on": locked.due_on},
    )


def _intervals_begun(due_on: date, on: date) -> int:
    return sum(due_on - interval <= on for interval in REMINDED_BEFORE)


def promises_to_remind(on: date) -> list[Promise]:
    """Pending ones whose first interval began, of files that are followed."""
    return list(
        Promise.objects.filter(
            status=PromiseStatus.PENDING,
            due_on__lte=on + max(REMINDED_BEFORE),
            reminders__lt=len(REMINDED_BEFORE),
            commitment__case_file__state=CaseFileState.ACTIVE,
        )
        .exclude(commitment__case_file__channel=Channel.ARCHIVE)
        .select_related("commitment__case_file")
        .order_by("commitment__case_file_id")
    )
