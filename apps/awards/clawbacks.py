"""What comes back when a convention is broken or a promise is not kept: reckoned and shown
first, then written for good, then paid or waived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.awards.commitments import require
from apps.awards.enums import (
    ClawbackCause,
    ClawbackStatus,
    CommitmentStatus,
    InstalmentStatus,
    PromiseStatus,
    ProofStatus,
)
from apps.awards.models import Clawback, Commitment, Promise
from apps.awards.promises import lock_promise
from apps.awards.repayment import Repayment, Term, never_begun, repayment, why_not_compute
from apps.awards.repayment_order import store_order
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.models.reference import next_reference
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.permissions import why_not_accountant_or_head, why_not_head
from apps.casefiles.requirements import requires
from apps.casefiles.transitions import MoveRefusedError, lock, perform
from apps.core import clock
from apps.core.dates import format_date
from apps.core.money import format_euros, to_cents
from apps.core.words import lower_first

_PREFIX = "REV"


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What would come back if the practice stopped on a day.

    `paid`: euros paid and not asked back yet. `repayment` is None with a reason (`why_not`) when
    no text fixes the length: the head then sets an amount.
    """

    paid: Decimal
    repayment: Repayment | None
    why_not: str = ""


def quote(case_file: CaseFile, *, on: date) -> Quote:
    """Read anew each time: nothing is kept until the breach itself. Four queries."""
    paid = case_file.instalments.paid().total() - case_file.clawbacks.owed_or_paid()
    commitment = Commitment.objects.prefetch_related("pauses").filter(case_file=case_file).first()
    months, term = (commitment.months, commitment.term) if commitment else (None, None)
    return reckon(months, term, paid=paid, on=on)


def reckon(months: int | None, term: Term | None, *, paid: Decimal, on: date) -> Quote:
    """What would come back of `paid` euros, from what was read: no query.

    `months`: the length, None when no text fixes it. `term`: None before the first day.
    """
    if paid <= 0:
        return Quote(paid=Decimal(0), repayment=None, why_not="Rien n’a été versé.")
    if months is None:
        return Quote(paid=paid, repayment=None, why_not=why_not_compute(None))
    if term is None:
        return Quote(paid=paid, repayment=never_begun(months=months, paid=paid, on=on))
    return Quote(paid=paid, repayment=repayment(term, paid=paid, on=on))


@transaction.atomic
def terminate_award(
    *,
    case_file: CaseFile,
    actor: User,
    stops_on: date,
    comment: str,
    shown: Decimal | None = None,
    amount: Decimal | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Break the convention: `stops_on` is the last day practised.

    `shown`: the computed amount that was read before agreeing; another one since is refused.
    `amount`: euros, only where nothing computes it. Side effects: the Clawback with its order,
    the commitment broken, its proofs and promises void, the move with its e-mail. Raises
    MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    require(why_not_head(actor, locked), _why_not_break(locked, comment))
    commitment = Commitment.objects.select_for_update(of=("self",)).filter(case_file=locked).first()
    require(_why_not_stop(commitment, stops_on, today=clock.paris_date(at)))
    found = quote(locked, on=stops_on)
    due, explanation = _agreed(found, shown=shown, amount=amount)
    _write(
        locked,
        cause=ClawbackCause.BREACH,
        paid=found.paid,
        amount=due,
        explanation=explanation,
        breakdown=_frozen(found, stops_on),
        reason=comment.strip(),
        actor=actor,
        at=at,
    )
    if commitment is not None and commitment.is_open:
        _break(commitment, stops_on)
    return perform(locked, "terminate", actor=actor, comment=comment, at=at)


def _why_not_break(case_file: CaseFile, comment: str) -> str:
    if case_file.state != CaseFileState.ACTIVE:
        state = case_file.get_state_display()
        return f"Ce n’est pas possible : le dossier est à l’état « {state} »."
    if not comment.strip():
        return "Ce changement demande une explication."
    on_the_way = (InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED)
    if case_file.instalments.filter(status__in=on_the_way).exists():
        return (
            "Un versement est validé ou transmis au payeur : enregistrez son paiement, ou "
            "revenez sur sa validation, avant de chiffrer la rupture."
        )
    return ""


def _why_not_stop(commitment: Commitment | None, stops_on: date, *, today: date) -> str:
    if stops_on > today:
        return "Le dernier jour d’exercice est à venir."
    started_on = commitment.started_on if commitment else None
    if started_on and stops_on < started_on:
        return f"L’exercice a commencé le {format_date(started_on)} : c’est après ce jour."
    return ""


def _agreed(found: Quote, *, shown: Decimal | None, amount: Decimal | None) -> tuple[Decimal, str]:
    """Euros that come back, with their explanation. Raises MoveRefusedError."""
    if found.repayment is not None:
        if shown != found.repayment.amount:
            raise MoveRefusedError(
                f"Le montant à rembourser est de {format_euros(found.repayment.amount)} : "
                "relisez-le avant de continuer."
            )
        return found.repayment.amount, found.repayment.explanation
    if found.paid == 0:
        return Decimal(0), found.why_not
    if amount is None:
        raise MoveRefusedError("Indiquez le montant à rembourser, ou 0.")
    if not 0 <= amount <= found.paid:
        raise MoveRefusedError(f"Le montant se situe entre 0 et {format_euros(found.paid)}.")
    fixed = f"{format_euros(found.paid)} versés. {found.why_not} Montant fixé par la décision"
    return to_cents(amount), f"{fixed} : {format_euros(amount)}."


def _frozen(found: Quote, stops_on: date) -> dict[str, Any]:
    known = found.repayment
    return {
        "stops_on": stops_on.isoformat(),
        "paid": str(found.paid),
        "total_days": known.total_days if known else None,
        "elapsed_days": known.elapsed_days if known else None,
        "computed": str(known.amount) if known else None,
    }


def _break(commitment: Commitment, stops_on: date) -> None:
    """Broken; what was still awaited of it has no object any more."""
    commitment.status, commitment.ended_on = CommitmentStatus.BREACHED, stops_on
    commitment.save(update_fields=["status", "ended_on"])
    for proof in commitment.proofs.select_for_update(of=("self",)).filter(
        status__in=(ProofStatus.AWAITED, ProofStatus.GIVEN)
    ):
        proof.status = ProofStatus.CANCELLED
        proof.save(update_fields=["status"])
    for promise in commitment.promises.open().select_for_update(of=("self",)):
        promise.status = PromiseStatus.VOID
        promise.save(update_fields=["status"])


@transaction.atomic
def break_promise(
    *, promise: Promise, actor: User, reason: str, at: datetime | None = None
) -> Clawback:
    """The head decides that the euros of a promise come back; the convention goes on.

    Side effects: the Clawback with its order, an event, an e-mail. Raises MoveRefusedError.
    """
    at = at or clock.now()
    locked = lock_promise(promise)
    case_file = locked.commitment.case_file
    require(why_not_head(actor, case_file), why_not_call_broken(locked))
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi la promesse n’est pas tenue.")
    locked.status, locked.settled_by, locked.settled_at = PromiseStatus.BROKEN, actor, at
    locked.save(update_fields=["status", "settled_by", "settled_at"])
    paid = quote(case_file, on=clock.paris_date(at)).paid
    amount = min(locked.amount, paid)
    clawback = _write(
        case_file,
        cause=ClawbackCause.PROMISE,
        promise=locked,
        paid=paid,
        amount=amount,
        explanation=_promise_explanation(locked, amount),
        breakdown={"promise": locked.kind, "paid": str(paid), "stake": str(locked.amount)},
        reason=reason.strip(),
        actor=actor,
        at=at,
    )
    _tell(case_file, f"Promesse non tenue : {lower_first(locked.label)}", actor=actor, at=at)
    if clawback.number:
        write_to_applicant("clawback-issued", case_file, {})
    return clawback


def why_not_call_broken(promise: Promise) -> str:
    """Before its day too: the person may say that it will not be kept."""
    if promise.status == PromiseStatus.GIVEN:
        return "Une preuve est à contrôler : acceptez-la ou refusez-la d’abord."
    if promise.status != PromiseStatus.PENDING:
        return "Cette promesse est déjà réglée."
    return ""


def _promise_explanation(promise: Promise, amount: Decimal) -> str:
    stake = f"{format_euros(promise.amount)} accordés contre la promesse « {promise.label} »"
    if amount == promise.amount:
        return f"{stake}, qui n’est pas tenue."
    return f"{stake}, qui n’est pas tenue. Versé à ce jour : {format_euros(amount)}."


def _write(case_file: CaseFile, *, amount: Decimal, at: datetime, **values: Any) -> Clawback:
    """The row, with its number and its order when something comes back. Never rewritten."""
    actor: User = values.pop("actor")
    number = next_reference(_PREFIX, clock.paris_date(at).year) if amount else ""
    clawback = Clawback(
        case_file=case_file,
        number=number,
        amount=amount,
        status=ClawbackStatus.ISSUED if amount else ClawbackStatus.NOTHING,
        issued_by=actor,
        issued_at=at,
        **values,
    )
    if amount:
        clawback.order = store_order(clawback, at=at)
    clawback.save(force_insert=True)
    return clawback


@transaction.atomic
def record_repayment(
    *,
    clawback: Clawback,
    actor: User,
    paid_on: date,
    treasury_number: str,
    at: datetime | None = None,
) -> Clawback:
    """The treasury received the whole amount. Side effects: an event. Raises MoveRefusedError."""
    at = at or clock.now()
    locked = _lock_issued(clawback)
    require(why_not_accountant_or_head(actor, locked.case_file))
    require(_why_not_paid(locked, paid_on, treasury_number, today=clock.paris_date(at)))
    locked.status, locked.paid_on = ClawbackStatus.PAID, paid_on
    locked.treasury_number = treasury_number.strip()
    locked.closed_by, locked.closed_at = actor, at
    locked.save(update_fields=["status", "paid_on", "treasury_number", "closed_by", "closed_at"])
    _tell(locked.case_file, f"Remboursement reçu ({locked.number})", actor=actor, at=at)
    return locked


def _why_not_paid(clawback: Clawback, paid_on: date, number: str, *, today: date) -> str:
    if paid_on > today:
        return "Cette date est à venir."
    if paid_on < clock.paris_date(clawback.issued_at):
        return "Cette date précède l’ordre de reversement."
    if not number.strip():
        return "Indiquez le numéro du payeur."
    if Clawback.objects.filter(treasury_number=number.strip()).exists():
        return "Ce numéro est déjà celui d’un autre reversement."
    return ""


@transaction.atomic
def waive_repayment(
    *, clawback: Clawback, actor: User, reason: str, at: datetime | None = None
) -> Clawback:
    """The head gives up the repayment, and says why. Side effects: an event."""
    at = at or clock.now()
    locked = _lock_issued(clawback)
    require(why_not_head(actor, locked.case_file))
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi ce remboursement n’est plus demandé.")
    locked.status, locked.waiver_reason = ClawbackStatus.WAIVED, reason.strip()
    locked.closed_by, locked.closed_at = actor, at
    locked.save(update_fields=["status", "waiver_reason", "closed_by", "closed_at"])
    _tell(locked.case_file, f"Remise accordée ({locked.number})", actor=actor, at=at)
    return locked


def _lock_issued(clawback: Clawback) -> Clawback:
    case_file = lock(clawback.case_file)
    locked = Clawback.objects.select_for_update(of=("self",)).get(pk=clawback.pk)
    locked.case_file = case_file
    if locked.status != ClawbackStatus.ISSUED:
        raise MoveRefusedError("Ce reversement est déjà réglé.")
    return locked


def _tell(case_file: CaseFile, label: str, *, actor: User, at: datetime) -> None:
    record_event(case_file, EventKind.AWARD_FOLLOWED, actor=actor, at=at, payload={"label": label})


@requires("terminate", on_page=True)
def _breach_is_reckoned(case_file: CaseFile) -> list[str]:
    """Nobody breaks a convention before reading what comes back (product.md, the table)."""
    if case_file.clawbacks.filter(cause=ClawbackCause.BREACH).exists():
        return []
    return ["Le montant à rembourser n’est pas établi."]
