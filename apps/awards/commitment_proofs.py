"""The proofs of practice of each year: asked, given, checked, reminded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from apps.accounts.models import User
from apps.awards.commitments import lock_commitment, require
from apps.awards.enums import CommitmentStatus, ProofStatus
from apps.awards.models import Commitment, CommitmentProof
from apps.awards.models.commitment_proof import ASKED_BEFORE
from apps.awards.permissions import why_not_give_paper
from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.permissions import why_not_caseworker, why_not_head
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.dates import add_months, format_date
from apps.files.models import StoredFile

# No text fixes these days either.
REMINDED_EVERY = timedelta(days=15)
REMINDERS = 3


def why_not_give(user: User, proof: CommitmentProof) -> str:
    """Why this person cannot give this proof now, in French; "" when they can."""
    case_file = proof.commitment.case_file
    if reason := why_not_give_paper(user, case_file):
        return reason
    if case_file.state != CaseFileState.ACTIVE:
        return "Un engagement se suit tant que la convention est active."
    if proof.status != ProofStatus.AWAITED:
        return "Ce justificatif est déjà donné."
    return ""


@transaction.atomic
def give_proof(
    *, proof: CommitmentProof, actor: User, file: StoredFile, at: datetime | None = None
) -> CommitmentProof:
    """The beneficiary, or an agent for a paper that came by post, hands in a proof.

    Side effects: an event. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = _lock(proof)
    require(why_not_give(actor, locked))
    locked.status, locked.file = ProofStatus.GIVEN, file
    locked.given_by, locked.given_at, locked.refusal_reason = actor, at, ""
    locked.save(update_fields=["status", "file", "given_by", "given_at", "refusal_reason"])
    _tell(locked, "Justificatif d’exercice donné", actor=actor, at=at)
    return locked


@transaction.atomic
def accept_proof(
    *, proof: CommitmentProof, actor: User, at: datetime | None = None
) -> CommitmentProof:
    at = at or clock.now()
    locked = _lock_for_review(proof, actor)
    locked.status, locked.reviewed_by, locked.reviewed_at = ProofStatus.ACCEPTED, actor, at
    locked.save(update_fields=["status", "reviewed_by", "reviewed_at"])
    _tell(locked, "Justificatif d’exercice accepté", actor=actor, at=at)
    return locked


@transaction.atomic
def refuse_proof(
    *, proof: CommitmentProof, actor: User, reason: str, at: datetime | None = None
) -> CommitmentProof:
    """Ask for it again, and say why: the reason is what the beneficiary reads.

    Side effects: an event, an e-mail without the reason. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = _lock_for_review(proof, actor)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi ce justificatif est à refaire.")
    locked.status, locked.refusal_reason = ProofStatus.AWAITED, reason.strip()
    locked.reviewed_by, locked.reviewed_at = actor, at
    locked.file, locked.given_by, locked.given_at = None, None, None
    locked.save(
        update_fields=[
            *("status", "refusal_reason", "reviewed_by", "reviewed_at"),
            *("file", "given_by", "given_at"),
        ]
    )
    _tell(locked, "Justificatif d’exercice à refaire", actor=actor, at=at)
    write_to_applicant(
        "commitment-proof-refused", locked.commitment.case_file, {"due_on": locked.due_on}
    )
    return locked


@transaction.atomic
def waive_proof(
    *, proof: CommitmentProof, actor: User, reason: str, at: datetime | None = None
) -> CommitmentProof:
    """The head does without this proof, and says why. The reason stays at the desk."""
    at = at or clock.now()
    locked = _lock(proof)
    require(why_not_head(actor, locked.commitment.case_file))
    if locked.status not in (ProofStatus.AWAITED, ProofStatus.GIVEN):
        raise MoveRefusedError("Ce justificatif n’est plus attendu.")
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi ce justificatif n’est plus demandé.")
    locked.status, locked.refusal_reason = ProofStatus.CANCELLED, reason.strip()
    locked.reviewed_by, locked.reviewed_at = actor, at
    locked.save(update_fields=["status", "refusal_reason", "reviewed_by", "reviewed_at"])
    _tell(locked, "Justificatif d’exercice non demandé", actor=actor, at=at)
    return locked


def _lock(proof: CommitmentProof) -> CommitmentProof:
    commitment = lock_commitment(proof.commitment)
    locked = CommitmentProof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    locked.commitment = commitment
    return locked


def _lock_for_review(proof: CommitmentProof, actor: User) -> CommitmentProof:
    locked = _lock(proof)
    require(why_not_caseworker(actor, locked.commitment.case_file))
    if locked.status != ProofStatus.GIVEN:
        raise MoveRefusedError("Ce justificatif n’est pas à contrôler.")
    return locked


def _tell(proof: CommitmentProof, label: str, *, actor: User, at: datetime) -> None:
    words = f"{label} (attendu le {format_date(proof.due_on)})"
    record_event(
        proof.commitment.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={"label": words},
    )


def due_days(commitment: Commitment, *, until: date) -> list[date]:
    """The days on which a proof is due up to a day: every so many months, to the end included."""
    every, start = commitment.proof_every_months, commitment.started_on
    if every is None or start is None:
        return []
    end = commitment.last_day
    limit = until if end is None else min(until, end + timedelta(days=1))
    days, months = [], every
    while (day := add_months(start, months)) <= limit:
        days.append(day)
        months += every
    return days


@transaction.atomic
def follow_proofs(*, commitment: Commitment, at: datetime) -> int:
    """Create the proofs that come due, ask for them, remind of the late ones: e-mails sent.

    A second run on the same day does nothing more. During a pause nothing is asked.
    """
    try:
        locked = lock_commitment(commitment)
    except MoveRefusedError:
        return 0  # the agreement ended since the list was read
    on = clock.paris_date(at)
    if locked.status != CommitmentStatus.RUNNING or _is_paused(locked, on):
        return 0
    _plan(locked, on)
    proofs = CommitmentProof.objects.select_for_update(of=("self",)).filter(
        commitment=locked, status=ProofStatus.AWAITED
    )
    return sum(_ask(proof, locked, on=on, at=at) for proof in proofs)


def _is_paused(commitment: Commitment, on: date) -> bool:
    return any(
        pause.first_day <= on and (pause.last_day is None or on <= pause.last_day)
        for pause in commitment.pauses.all()
    )


def _plan(commitment: Commitment, on: date) -> None:
    known = set(commitment.proofs.values_list("due_on", flat=True))
    CommitmentProof.objects.bulk_create(
        CommitmentProof(commitment=commitment, due_on=day)
        for day in due_days(commitment, until=on + ASKED_BEFORE)
        if day not in known
    )


def _ask(proof: CommitmentProof, commitment: Commitment, *, on: date, at: datetime) -> bool:
    """Whether an e-mail left: the first request, or the reminder of the day."""
    case_file = commitment.case_file
    if proof.asked_at is None:
        proof.asked_at = at
        proof.save(update_fields=["asked_at"])
        return write_to_applicant("commitment-proof-asked", case_file, {"due_on": proof.due_on})
    if proof.reminders >= REMINDERS:
        return False
    # After a pause the request comes late: its days are counted from itself.
    awaited_since = max(proof.due_on, clock.paris_date(proof.asked_at))
    if awaited_since + REMINDED_EVERY * (proof.reminders + 1) > on:
        return False
    proof.reminders += 1
    proof.save(update_fields=["reminders"])
    return write_to_applicant("commitment-proof-late", case_file, {"due_on": proof.due_on})


def followed_commitments() -> list[Commitment]:
    """Those that the daily job looks at: they run, and somebody may be written to."""
    return list(
        Commitment.objects.filter(
            status=CommitmentStatus.RUNNING,
            proof_every_months__isnull=False,
            case_file__state=CaseFileState.ACTIVE,
        )
        .exclude(case_file__channel=Channel.ARCHIVE)
        .select_related("case_file")
        .order_by("case_file_id")
    )
