"""What makes an instalment due: its day, or a piece of the beneficiary (a third person's word:
attestations.py).

Every verb locks the case file, then its instalments, and leaves them as they were when it
refuses. Nothing is asked about an act of the archive: it was paid long ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.awards.enums import CANCELLABLE_STATUSES, InstalmentStatus, ProofKind
from apps.awards.models import Instalment, InstalmentProof
from apps.awards.payment_notifications import (
    notify_proof_asked,
    notify_proof_refused,
    notify_proof_reminder,
)
from apps.casefiles.consequences import follows
from apps.casefiles.enums import CaseFileState, Channel, EventKind, ReviewStatus
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.files.models import StoredFile

# A certificate takes weeks to come: it is asked this long before the payment's day.
ASK_DAYS_BEFORE = 45
REMIND_EVERY_DAYS = 21
# Then somebody calls: the guichet's late list says whom.
MOST_REMINDERS = 3

_S = InstalmentStatus
_OPEN = (_S.PLANNED, _S.AWAITED, _S.RECEIVED)


def lock_instalment(instalment: Instalment) -> Instalment:
    """The row, locked and fresh, with its file locked before it (the order of the house)."""
    case_file = lock(instalment.case_file)
    locked = Instalment.objects.select_for_update(of=("self",)).get(pk=instalment.pk)
    locked.case_file = case_file
    return locked


def advance_instalments(*, case_file: CaseFile, at: datetime) -> None:
    """Let the instalments of a locked file go as far as their day and proofs allow.

    Without proof, they become due on their day (at once without a day); a piece is asked when
    its day is near, then reminded. Does nothing twice.
    """
    if case_file.state != CaseFileState.ACTIVE or case_file.channel == Channel.ARCHIVE:
        return
    waiting = case_file.instalments.filter(status__in=(_S.PLANNED, _S.AWAITED))
    for instalment in waiting.select_for_update(of=("self",)).order_by("pk"):
        instalment.case_file = case_file
        _advance(instalment, at)


def advance_all(*, at: datetime) -> int:
    """Advance every award that is paid, each in a transaction of its own; returns their number.

    A run that is killed half-way is taken up by the next one: what was done is not done again.
    """
    near = clock.paris_date(at) + timedelta(days=ASK_DAYS_BEFORE)
    waiting = Instalment.objects.followed().filter(
        Q(status=_S.PLANNED) & (Q(due_on=None) | Q(due_on__lte=near)) | Q(status=_S.AWAITED)
    )
    case_files = CaseFile.objects.filter(state=CaseFileState.ACTIVE, instalments__in=waiting)
    advanced = list(case_files.distinct().order_by("pk"))
    for case_file in advanced:
        with transaction.atomic():
            advance_instalments(case_file=lock(case_file), at=at)
    return len(advanced)


def _advance(instalment: Instalment, at: datetime) -> None:
    on = clock.paris_date(at)
    if instalment.proof_kind == ProofKind.NONE:
        if instalment.due_on is None or instalment.due_on <= on:
            _become(instalment, _S.DUE)
    elif instalment.proof_kind == ProofKind.ATTESTATION:
        return  # attestations.py asks the third person, and records the answer
    elif instalment.status == _S.PLANNED:
        if is_time_to_ask(instalment.due_on, on):
            _ask(instalment, at)
    elif is_time_to_remind(instalment, at):
        _remind(instalment, at)


def is_time_to_ask(due_on: date | None, on: date) -> bool:
    return due_on is None or due_on - timedelta(days=ASK_DAYS_BEFORE) <= on


def is_time_to_remind(instalment: Instalment, at: datetime) -> bool:
    last = instalment.reminded_at or instalment.asked_at
    return (
        last is not None
        and instalment.reminder_count < MOST_REMINDERS
        and last + timedelta(days=REMIND_EVERY_DAYS) <= at
    )


def why_not_ask(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot ask the beneficiary for the piece now, or ""."""
    if reason := why_not_caseworker(user, instalment.case_file) or _why_not_give(instalment):
        return reason
    return "" if instalment.status == _S.PLANNED else "Ce justificatif est déjà demandé."


@transaction.atomic
def ask_proof(*, instalment: Instalment, by: User, at: datetime | None = None) -> Instalment:
    """Ask the beneficiary for the piece now, ahead of the periodic job.

    Side effects: « Justificatif attendu », an e-mail with the link, the file's story. Raises
    MoveRefusedError.
    """
    locked = lock_instalment(instalment)
    if reason := why_not_ask(by, locked):
        raise MoveRefusedError(reason)
    _ask(locked, at or clock.now(), by=by)
    return locked


def _ask(instalment: Instalment, at: datetime, *, by: User | None = None) -> None:
    instalment.asked_at = at
    _become(instalment, _S.AWAITED, "asked_at")
    _tell(instalment, f"Justificatif demandé : {instalment.proof_label}", actor=by, at=at)
    notify_proof_asked(instalment)


def _remind(instalment: Instalment, at: datetime) -> None:
    instalment.reminded_at = at
    instalment.reminder_count += 1
    instalment.save(update_fields=["reminded_at", "reminder_count"])
    notify_proof_reminder(instalment)


def why_not_give_proof(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot hand over the piece of this instalment, or ""."""
    case_file = instalment.case_file
    if case_file.applicant_id != user.pk and why_not_caseworker(user, case_file):
        return "Seule la personne qui reçoit l’aide, ou le guichet, remet ce justificatif."
    return _why_not_give(instalment)


def _why_not_give(instalment: Instalment) -> str:
    case_file = instalment.case_file
    if case_file.channel == Channel.ARCHIVE:
        return "Rien n’est demandé pour un acte ancien."
    if instalment.proof_kind != ProofKind.PIECE:
        return "Ce versement ne demande pas de pièce."
    if case_file.state != CaseFileState.ACTIVE:
        return "La convention n’est pas active : aucun justificatif n’est attendu."
    if instalment.status not in _OPEN:
        return "Ce versement n’attend plus de justificatif."
    return ""


@transaction.atomic
def give_proof(
    *,
    instalment: Instalment,
    files: Sequence[StoredFile],
    by: User,
    at: datetime | None = None,
) -> Instalment:
    """Keep the piece of an instalment, from the beneficiary or scanned by an agent.

    Side effects: « Justificatif à contrôler », the file's story. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_instalment(instalment)
    if reason := why_not_give_proof(by, locked):
        raise MoveRefusedError(reason)
    if not files:
        raise MoveRefusedError("Joignez au moins un fichier.")
    InstalmentProof.objects.bulk_create(
        InstalmentProof(instalment=locked, file=file, given_by=by, given_at=at) for file in files
    )
    if locked.status != _S.RECEIVED:
        _become(locked, _S.RECEIVED)
    _tell(locked, f"Justificatif reçu : {locked.proof_label}", actor=by, at=at)
    return locked


def why_not_review_proof(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot check the piece of this instalment, or ""."""
    if reason := why_not_caseworker(user, instalment.case_file):
        return reason
    if instalment.proof_kind != ProofKind.PIECE or instalment.status != _S.RECEIVED:
        return "Aucun justificatif n’attend de contrôle."
    return ""


@transaction.atomic
def accept_proof(*, instalment: Instalment, by: User, at: datetime | None = None) -> Instalment:
    """The piece is good: the instalment is due, and goes to the accountant.

    Side effect: the file's story. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_instalment(instalment)
    if reason := why_not_review_proof(by, locked):
        raise MoveRefusedError(reason)
    _review(locked, ReviewStatus.ACCEPTED, by=by, at=at)
    _become(locked, _S.DUE)
    _tell(locked, f"Justificatif accepté : {locked.proof_label}", actor=by, at=at)
    return locked


@transaction.atomic
def refuse_proof(
    *, instalment: Instalment, by: User, reason: str, at: datetime | None = None
) -> Instalment:
    """The piece is to be replaced, for a reason that the beneficiary reads.

    Side effects: « Justificatif attendu » again, an e-mail, the file's story. Reminders start
    over. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_instalment(instalment)
    if refusal := why_not_review_proof(by, locked):
        raise MoveRefusedError(refusal)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi le justificatif est à remplacer.")
    _review(locked, ReviewStatus.REFUSED, by=by, at=at, comment=reason.strip())
    locked.asked_at, locked.reminded_at, locked.reminder_count = at, None, 0
    _become(locked, _S.AWAITED, "asked_at", "reminded_at", "reminder_count")
    _tell(
        locked,
        f"Justificatif à remplacer : {locked.proof_label}",
        actor=by,
        at=at,
        comment=reason.strip(),
    )
    notify_proof_refused(locked)
    return locked


def _review(
    instalment: Instalment, status: ReviewStatus, *, by: User, at: datetime, comment: str = ""
) -> None:
    for proof in instalment.proofs.to_review():
        proof.status, proof.comment = status, comment
        proof.reviewed_by, proof.reviewed_at = by, at
        proof.save(update_fields=["status", "comment", "reviewed_by", "reviewed_at"])


def cancel_unpaid(case_file: CaseFile, *, because: str) -> None:
    """Cancel what was not handed to the treasury, on a locked file: its envelope is freed."""
    unpaid = case_file.instalments.filter(status__in=CANCELLABLE_STATUSES)
    for instalment in unpaid.select_for_update(of=("self",)).order_by("pk"):
        instalment.cancelled_because = because
        instalment.validated_by = instalment.validated_at = None
        _become(instalment, _S.CANCELLED, "cancelled_because", "validated_by", "validated_at")


def _become(instalment: Instalment, status: InstalmentStatus, *fields: str) -> None:
    instalment.status = status
    instalment.save(update_fields=["status", *fields])


def _tell(
    instalment: Instalment, label: str, *, actor: User | None, at: datetime, comment: str = ""
) -> None:
    record_event(
        instalment.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=comment,
        payload={"label": label, "instalment": instalment.pk},
    )


@follows("activate")
def _payments_begin(case_file: CaseFile, event: CaseFileEvent) -> None:
    advance_instalments(case_file=case_file, at=event.at)
