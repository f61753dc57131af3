"""The accountant's own work: validate what is due, record what the treasury did with it.

Two functions, two persons: who proposed or decided an award, or accepted its proof (the
« ordonnateur »), never validates its payment (the « comptable »), superuser included. Every verb
locks the case files by their keys, then the instalments by theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from apps.accounts.models import User
from apps.awards.agenda import lock_case_files
from apps.awards.enums import CANCELLABLE_STATUSES, InstalmentStatus
from apps.awards.models import Attestation, Batch, BatchLine, Instalment
from apps.awards.payment_notifications import notify_payment_made
from apps.awards.permissions import why_not_accountant
from apps.casefiles.enums import CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_head
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock

_S = InstalmentStatus


def lock_instalments(pks: Iterable[int]) -> list[Instalment]:
    """The rows, locked and fresh, in the order of their keys; their files are locked before."""
    chosen = Instalment.objects.filter(pk__in=list(pks))
    files = {
        case_file.pk: case_file
        for case_file in lock_case_files(chosen.values_list("case_file", flat=True))
    }
    locked = list(chosen.select_for_update(of=("self",)).order_by("pk"))
    for instalment in locked:
        instalment.case_file = files[instalment.case_file_id]
    return locked


def why_not_pay(case_file: CaseFile) -> str:
    """What a payment waits for on this file, or "": its agreement, and an account."""
    if case_file.channel == Channel.ARCHIVE:
        return "Cet acte ancien a été payé hors du portail."
    if case_file.state != CaseFileState.ACTIVE:
        return "La convention n’est pas active."
    if not hasattr(case_file, "bank_details"):
        return "Les coordonnées bancaires manquent."
    return ""


def why_not_validate(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot validate this payment, or ""."""
    if reason := why_not_accountant(user, instalment.case_file):
        return reason
    if instalment.status != _S.DUE:
        label = InstalmentStatus(instalment.status).label
        return f"Ce versement n’est pas à valider : il est à l’état « {label} »."
    return _why_not_another_person(user, instalment) or why_not_pay(instalment.case_file)


def _why_not_another_person(user: User, instalment: Instalment) -> str:
    """Separation of « ordonnateur » and « comptable » (decree 2012-1246, article 9).

    The database refuses the same (models/payment_guard.py).
    """
    decision = instalment.case_file.decision
    if decision and user.pk in (decision.proposed_by_id, decision.decided_by_id):
        return "Vous avez proposé ou décidé cette aide : une autre personne valide son versement."
    if any(proof.is_accepted_by(user) for proof in instalment.proofs.all()):
        return "Vous avez accepté son justificatif : une autre personne valide ce versement."
    if any(amendment.is_made_by(user) for amendment in instalment.case_file.amendments.all()):
        return "Vous avez proposé ou décidé un avenant : une autre personne valide ce versement."
    if any(said.is_handled_by(user) for said in _attestations(instalment)):
        return (
            "Vous avez enregistré la présence ou fixé son montant : "
            "une autre personne valide ce versement."
        )
    return ""


def _attestations(instalment: Instalment) -> list[Attestation]:
    """What was said of this payment, and of the one it replaces."""
    both = (instalment, instalment.replaces)
    found = (getattr(payment, "attestation", None) for payment in both)
    return [attestation for attestation in found if attestation]


def read_for_validation(instalments: Sequence[Instalment]) -> None:
    """Read at once what why_not_validate looks at: a query a table, however many payments."""
    prefetch_related_objects(
        instalments,
        *("case_file__decisions", "case_file__amendments", "case_file__bank_details"),
        *("proofs", "attestation", "replaces__attestation"),
    )


@transaction.atomic
def validate_payments(
    *, instalments: Sequence[Instalment], actor: User, at: datetime | None = None
) -> list[Instalment]:
    """The accountant has checked these: they may go into a batch. All or none.

    Side effect: each file's story, for the guichet. Raises MoveRefusedError with one reason each.
    """
    at = at or clock.now()
    locked = lock_instalments(instalment.pk for instalment in instalments)
    if not locked:
        raise MoveRefusedError("Cochez au moins un versement.")
    read_for_validation(locked)
    refuse_with_references((item, why_not_validate(actor, item)) for item in locked)
    for instalment in locked:
        instalment.status = _S.VALIDATED
        instalment.validated_by, instalment.validated_at = actor, at
        instalment.save(update_fields=["status", "validated_by", "validated_at"])
        tell(instalment, "Versement validé", actor=actor, at=at, is_public=False)
    return locked


def refuse_with_references(checked: Iterable[tuple[Instalment, str]]) -> None:
    """Raises MoveRefusedError when some of these has a reason against it, naming its file."""
    reasons = [
        f"{instalment.case_file.reference}, versement {instalment.rank} : {reason}"
        for instalment, reason in checked
        if reason
    ]
    if reasons:
        raise MoveRefusedError(*reasons)


@transaction.atomic
def unvalidate_payment(
    *, instalment: Instalment, actor: User, reason: str, at: datetime | None = None
) -> Instalment:
    """Take a validation back, before any batch.

    Side effect: the file's story, for the guichet. Raises MoveRefusedError.
    """
    (locked,) = lock_instalments([instalment.pk])
    if refusal := why_not_accountant(actor, locked.case_file):
        raise MoveRefusedError(refusal)
    if locked.status != _S.VALIDATED:
        raise MoveRefusedError("Seul un versement validé, et pas encore transmis, revient.")
    _refuse_without(reason)
    locked.status, locked.validated_by, locked.validated_at = _S.DUE, None, None
    locked.save(update_fields=["status", "validated_by", "validated_at"])
    tell(
        locked,
        "Validation du versement retirée",
        actor=actor,
        at=at or clock.now(),
        comment=reason,
        is_public=False,
    )
    return locked


def why_not_mark_paid(
    instalment: Instalment, *, treasury_number: str, paid_on: date, sent_on: date, today: date
) -> str:
    """Reason why the treasury cannot have paid this so, or ""."""
    if instalment.status != _S.EXPORTED:
        label = InstalmentStatus(instalment.status).label
        return f"Ce versement n’est pas chez le payeur : il est à l’état « {label} »."
    if not treasury_number:
        return "Indiquez le numéro du payeur."
    if paid_on > today:
        return "La date du paiement est à venir."
    if paid_on < sent_on:
        return "La date du paiement précède le bordereau."
    if Instalment.objects.filter(treasury_number=treasury_number).exists():
        return f"Le numéro {treasury_number} est déjà celui d’un autre versement."
    return ""


@transaction.atomic
def mark_paid(
    *,
    instalment: Instalment,
    treasury_number: str,
    paid_on: date,
    actor: User,
    at: datetime | None = None,
) -> Instalment:
    """The treasury has paid: its number, its day.

    Saying the same again changes nothing. Side effects: the batch closes with its last payment;
    the story; an e-mail. Raises MoveRefusedError.
    """
    at = at or clock.now()
    number = treasury_number.strip()
    (locked,) = lock_instalments([instalment.pk])
    if reason := why_not_accountant(actor, locked.case_file):
        raise MoveRefusedError(reason)
    if locked.status == _S.PAID and (locked.treasury_number, locked.paid_on) == (number, paid_on):
        return locked
    line = standing_line(locked)
    sent_on = clock.paris_date(line.batch.created_at) if line else paid_on
    if reason := why_not_mark_paid(
        locked,
        treasury_number=number,
        paid_on=paid_on,
        sent_on=sent_on,
        today=clock.paris_date(at),
    ):
        raise MoveRefusedError(reason)
    locked.status, locked.paid_on, locked.treasury_number = _S.PAID, paid_on, number
    locked.save(update_fields=["status", "paid_on", "treasury_number"])
    tell(locked, "Versement fait", actor=actor, at=at)
    notify_payment_made(locked)
    if line:
        _close_when_settled(line.batch_id, at=at)
    return locked


@transaction.atomic
def reject_payment(
    *, instalment: Instalment, reason: str, actor: User, at: datetime | None = None
) -> Instalment:
    """The treasury sent a payment back: it is validated again, and may go into another batch.

    Side effects: the line keeps the reason; the batch closes with its last payment; the story,
    for the guichet. Raises MoveRefusedError.
    """
    at = at or clock.now()
    (locked,) = lock_instalments([instalment.pk])
    if refusal := why_not_accountant(actor, locked.case_file):
        raise MoveRefusedError(refusal)
    line = standing_line(locked)
    if locked.status != _S.EXPORTED or line is None:
        raise MoveRefusedError("Seul un versement chez le payeur peut être rejeté.")
    _refuse_without(reason)
    line.rejected_at, line.rejected_by, line.rejected_because = at, actor, reason.strip()
    line.save(update_fields=["rejected_at", "rejected_by", "rejected_because"])
    locked.status = _S.VALIDATED
    locked.save(update_fields=["status"])
    label = f"Versement rejeté par le payeur ({line.batch.number})"
    tell(locked, label, actor=actor, at=at, comment=reason, is_public=False)
    _close_when_settled(line.batch_id, at=at)
    return locked


def why_not_cancel(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot cancel this payment, or ""."""
    if reason := why_not_head(user, instalment.case_file):
        return reason
    if instalment.status not in CANCELLABLE_STATUSES:
        label = InstalmentStatus(instalment.status).label
        return f"Un versement à l’état « {label} » ne s’annule plus."
    return ""


@transaction.atomic
def cancel_instalment(
    *, instalment: Instalment, actor: User, reason: str, at: datetime | None = None
) -> Instalment:
    """Give up a payment that the treasury does not have: its envelope is freed.

    The reason is told to the beneficiary, who reads it in the story. Raises MoveRefusedError.
    """
    (locked,) = lock_instalments([instalment.pk])
    if refusal := why_not_cancel(actor, locked):
        raise MoveRefusedError(refusal)
    _refuse_without(reason)
    locked.status, locked.cancelled_because = _S.CANCELLED, reason.strip()
    locked.validated_by = locked.validated_at = None
    locked.save(update_fields=["status", "cancelled_because", "validated_by", "validated_at"])
    tell(
        locked,
        f"Versement annulé : {locked.label}",
        actor=actor,
        at=at or clock.now(),
        comment=reason,
    )
    return locked


def standing_line(instalment: Instalment) -> BatchLine | None:
    """Where the payment stands with the treasury; None when it never left, or came back."""
    return instalment.batch_lines.standing().select_related("batch").first()


def _close_when_settled(batch_id: int, *, at: datetime) -> None:
    """Close a batch whose every payment is paid or was sent back.

    The row is locked: of two last payments recorded at once, the second one sees the first.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    waiting = batch.lines.standing().filter(instalment__status=_S.EXPORTED)
    if batch.closed_at is None and not waiting.exists():
        batch.closed_at = at
        batch.save(update_fields=["closed_at"])


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi.")


def tell(
    instalment: Instalment,
    label: str,
    *,
    actor: User,
    at: datetime,
    comment: str = "",
    is_public: bool = True,
) -> None:
    """One line of the file's story."""
    record_event(
        instalment.case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=comment.strip(),
        payload={"label": label, "instalment": instalment.pk},
        is_public=is_public,
    )
