"""Hand validated payments to the treasury: one batch, two files, and what came of each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.awards.bank_details import reveal_iban
from apps.awards.batch_csv import Answer, Payment, write_sheet
from apps.awards.enums import BatchFormat, InstalmentStatus
from apps.awards.models import BankDetails, Batch, BatchDownload, BatchLine, Instalment
from apps.awards.payments import (
    lock_instalments,
    mark_paid,
    refuse_with_references,
    reject_payment,
    tell,
    why_not_pay,
)
from apps.awards.permissions import why_not_accountant
from apps.awards.sepa import (
    SchemaError,
    Transfer,
    debtor,
    transfer_file,
    why_not_transfer_file,
)
from apps.casefiles.models.reference import next_number
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.dates import format_date
from apps.core.encryption import DecryptionError, decrypt, encrypt

PREFIX = "PAY"
# More makes a file that nobody reads before signing it.
MOST_PAYMENTS = 500


def why_not_export(user: User, instalment: Instalment) -> str:
    """Reason why this person cannot hand this payment to the treasury, or ""."""
    if reason := why_not_accountant(user, instalment.case_file):
        return reason
    if instalment.status != InstalmentStatus.VALIDATED:
        label = InstalmentStatus(instalment.status).label
        return f"Ce versement n’est pas validé : il est à l’état « {label} »."
    return why_not_pay(instalment.case_file)


@sensitive_variables("payments")
@transaction.atomic
def export_batch(
    *,
    instalments: Sequence[Instalment],
    actor: User,
    execution_on: date,
    request_key: UUID,
    at: datetime | None = None,
) -> Batch:
    """Put validated payments into a batch with its files, all or none.

    `request_key` names the request: asked again with it (a double click, a page sent again after
    a crash), the batch that it made comes back and nothing is made. Side effects: each account
    number is opened, and the look recorded; the batch, its lines, its files, encrypted; the
    payments are « Transmis au payeur »; each file's story. Without the council's account there is
    no SEPA file. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock_instalments(instalment.pk for instalment in instalments)
    if made := Batch.objects.filter(request_key=request_key).first():
        return made
    if reason := _why_not_batch(locked, execution_on, on=clock.paris_date(at)):
        raise MoveRefusedError(reason)
    refuse_with_references((item, why_not_export(actor, item)) for item in locked)
    number = f"{PREFIX}-{at.year}-{next_number(PREFIX, at.year):04d}"
    payments = _payments(locked, number=number, actor=actor, at=at)
    batch = _create(
        payments,
        number=number,
        actor=actor,
        execution_on=execution_on,
        request_key=request_key,
        at=at,
    )
    for line in _lines(batch, locked, payments):
        line.instalment.status = InstalmentStatus.EXPORTED
        line.instalment.save(update_fields=["status"])
        tell(line.instalment, "Versement transmis au payeur", actor=actor, at=at)
    return batch


def _why_not_batch(locked: Sequence[Instalment], execution_on: date, *, on: date) -> str:
    if not locked:
        return "Cochez au moins un versement."
    if len(locked) > MOST_PAYMENTS:
        return f"Un bordereau porte {MOST_PAYMENTS} versements au plus."
    if execution_on < on:
        return "La date d’exécution est passée."
    return ""


def line_identifier(number: str, rank: int) -> str:
    """« PAY-2026-0001-003 »: what the treasury quotes; at most 35 letters for banks."""
    return f"{number}-{rank:03d}"


@dataclass(frozen=True, kw_only=True)
class _Paid:
    """One payment with the account that was opened for it."""

    payment: Payment
    masked: str


@sensitive_variables("iban")
def _payments(
    locked: Sequence[Instalment], *, number: str, actor: User, at: datetime
) -> list[_Paid]:
    accounts = {
        details.case_file_id: details
        for details in BankDetails.objects.select_related("case_file").filter(
            case_file__in={item.case_file_id for item in locked}
        )
    }
    paid = []
    for rank, instalment in enumerate(locked, start=1):
        details = accounts[instalment.case_file_id]
        iban = reveal_iban(details, actor=actor, purpose=f"Bordereau {number}", at=at)
        payment = Payment(
            identifier=line_identifier(number, rank),
            reference=instalment.case_file.reference,
            programme=programmes[instalment.case_file.programme].label,
            budget_year=instalment.budget_year,
            label=instalment.label,
            holder=details.holder,
            iban=iban,
            amount=instalment.amount,
        )
        paid.append(_Paid(payment=payment, masked=details.masked))
    return paid


@sensitive_variables("sheet", "xml", "payments")
def _create(
    payments: Sequence[_Paid],
    *,
    number: str,
    actor: User,
    execution_on: date,
    request_key: UUID,
    at: datetime,
) -> Batch:
    sheet = write_sheet(paid.payment for paid in payments)
    xml = _xml(payments, number=number, execution_on=execution_on, at=at)
    return Batch.objects.create(
        number=number,
        request_key=request_key,
        created_by=actor,
        created_at=at,
        execution_on=execution_on,
        count=len(payments),
        total=sum((paid.payment.amount for paid in payments), Decimal(0)),
        csv=encrypt(sheet, bound_to=_owner(number, BatchFormat.CSV)),
        csv_sha256=sha256(sheet.encode()).hexdigest(),
        xml=encrypt(xml, bound_to=_owner(number, BatchFormat.XML)) if xml else "",
        xml_sha256=sha256(xml.encode()).hexdigest() if xml else "",
    )


@sensitive_variables("payments")
def _xml(payments: Sequence[_Paid], *, number: str, execution_on: date, at: datetime) -> str:
    """The SEPA file, "" when the council's account is not set. Raises MoveRefusedError."""
    if why_not_transfer_file():
        return ""
    try:
        return transfer_file(
            payer=debtor(),
            number=number,
            created_at=at,
            execution_on=execution_on,
            transfers=[
                Transfer(
                    identifier=paid.payment.identifier,
                    holder=paid.payment.holder,
                    iban=paid.payment.iban,
                    amount=paid.payment.amount,
                    description=f"{paid.payment.reference} {paid.payment.label}",
                )
                for paid in payments
            ],
        ).decode()
    except SchemaError:
        raise MoveRefusedError(
            "Le fichier SEPA n’est pas conforme à son schéma : rien n’est transmis. "
            "Prévenez l’administrateur du portail."
        ) from None


def _lines(
    batch: Batch, locked: Sequence[Instalment], payments: Sequence[_Paid]
) -> list[BatchLine]:
    return BatchLine.objects.bulk_create(
        BatchLine(
            batch=batch,
            rank=rank,
            instalment=instalment,
            reference=paid.payment.reference,
            beneficiary=paid.payment.holder,
            iban_masked=paid.masked,
            amount=instalment.amount,
            budget_year=instalment.budget_year,
        )
        for rank, (instalment, paid) in enumerate(zip(locked, payments, strict=True), start=1)
    )


def _owner(number: str, form: BatchFormat) -> str:
    """What an encrypted file is tied to."""
    return f"batch:{number}:{form.value}"


def why_not_open_batch(user: User, batch: Batch) -> str:
    """The accountant of every programme of the batch: its files hold account numbers in full."""
    for line in batch.lines.select_related("instalment__case_file"):
        if reason := why_not_accountant(user, line.instalment.case_file):
            return reason
    return ""


@transaction.atomic
def open_batch_file(
    *, batch: Batch, form: BatchFormat, actor: User, at: datetime | None = None
) -> str:
    """A file as the treasury received it; who took it is recorded, or nobody gets it.

    Raises MoveRefusedError: not the accountant, no such file, or no longer what was handed over.
    """
    if reason := why_not_open_batch(actor, batch):
        raise MoveRefusedError(reason)
    token, digest = (
        (batch.csv, batch.csv_sha256) if form == BatchFormat.CSV else (batch.xml, batch.xml_sha256)
    )
    if batch.erased_at:
        raise MoveRefusedError(
            f"Les fichiers de ce bordereau ont été effacés le "
            f"{format_date(clock.paris_date(batch.erased_at))} : leur durée de conservation est "
            "passée."
        )
    if not token:
        raise MoveRefusedError(why_not_transfer_file() or "Ce bordereau n’a pas de fichier SEPA.")
    BatchDownload.objects.create(batch=batch, format=form, user=actor, at=at or clock.now())
    try:
        content = decrypt(token, bound_to=_owner(batch.number, form))
    except DecryptionError:
        raise MoveRefusedError(
            "Ce fichier ne s’ouvre avec aucune clé du portail. Prévenez l’administrateur."
        ) from None
    if sha256(content.encode()).hexdigest() != digest:
        raise MoveRefusedError("Ce fichier n’est plus celui qui a été transmis au payeur.")
    return content


@transaction.atomic
def record_answers(
    *, batch: Batch, answers: Sequence[Answer], actor: User, at: datetime | None = None
) -> None:
    """What the treasury says of several lines at once: paid or sent back, all or none.

    What was recorded already, and is said again, changes nothing. Side effects: those of
    payments.mark_paid and reject_payment. Raises MoveRefusedError with one reason a line.
    """
    at = at or clock.now()
    lines = {
        line_identifier(batch.number, line.rank): line
        for line in batch.lines.select_related("instalment")
    }
    # All locked at once, in order, before the first changes.
    lock_instalments(
        lines[answer.identifier].instalment_id for answer in answers if answer.identifier in lines
    )
    reasons: list[str] = []
    for answer in answers:
        try:
            _record(lines.get(answer.identifier), answer, actor=actor, at=at)
        except MoveRefusedError as refusal:
            reasons += [f"{answer.identifier} : {reason}" for reason in refusal.reasons]
    if reasons:
        raise MoveRefusedError(*reasons)


def _record(line: BatchLine | None, answer: Answer, *, actor: User, at: datetime) -> None:
    if line is None:
        raise MoveRefusedError("Cette ligne n’est pas dans ce bordereau.")
    if line.rejected_at is not None:
        if answer.rejected_because:
            return
        raise MoveRefusedError("Ce versement a été rejeté : un autre bordereau le reprend.")
    if answer.rejected_because:
        reject_payment(
            instalment=line.instalment, reason=answer.rejected_because, actor=actor, at=at
        )
    elif answer.paid_on:
        mark_paid(
            instalment=line.instalment,
            treasury_number=answer.treasury_number,
            paid_on=answer.paid_on,
            actor=actor,
            at=at,
        )


@transaction.atomic
def cancel_batch(*, batch: Batch, reason: str, actor: User, at: datetime | None = None) -> Batch:
    """Take a whole batch back before the treasury paid anything: its payments are validated again.

    Side effects: those of payments.reject_payment for each line. Raises MoveRefusedError.
    """
    at = at or clock.now()
    lock_instalments(batch.lines.standing().values_list("instalment", flat=True))
    lines = list(batch.lines.standing().select_related("instalment__case_file"))
    if batch.is_closed or not lines:
        raise MoveRefusedError("Ce bordereau est clos.")
    if any(line.instalment.status == InstalmentStatus.PAID for line in lines):
        raise MoveRefusedError("Un versement de ce bordereau est déjà payé : rejetez les autres.")
    for line in lines:
        reject_payment(instalment=line.instalment, reason=reason, actor=actor, at=at)
    batch.refresh_from_db()
    return batch
