"""What a third person says of a month, once; and what the guichet makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.awards.attestation_links import LinkState, link_state, months_due
from apps.awards.enums import InstalmentStatus, Presence, ProofKind
from apps.awards.models import Attestation, AttestationLink, Instalment
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import write_to_applicant
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.core.money import format_euros
from apps.files.models import StoredFile

ALREADY_ATTESTED = "Ce mois est déjà confirmé. Pour changer une réponse, appelez le guichet."


@dataclass(frozen=True, kw_only=True)
class Presences:
    """The answer for one month: whole, in part (then how many days), or absent."""

    presence: Presence
    days: int | None = None
    comment: str = ""


@transaction.atomic
def attest(
    *, link: AttestationLink, instalment_id: int, answer: Presences, at: datetime | None = None
) -> Attestation:
    """Keep the answer given by a link, for one of its months.

    Side effects: see _keep. The same answer sent twice is kept once. Raises MoveRefusedError,
    and then changes nothing.
    """
    at = at or clock.now()
    case_file = lock(link.case_file)
    fresh = AttestationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link_state(fresh, at=at) != LinkState.OPEN:
        raise MoveRefusedError("Ce lien n’est plus valable.")
    instalment = _locked_instalment(case_file, instalment_id)
    if known := Attestation.objects.filter(instalment=instalment).first():
        if (known.presence, known.days) == (answer.presence, answer.days):
            return known
        raise MoveRefusedError(ALREADY_ATTESTED)
    if not months_due(case_file, on=clock.paris_date(at)).filter(pk=instalment.pk).exists():
        raise MoveRefusedError("Ce mois n’est pas à confirmer.")
    return _keep(
        Attestation(
            instalment=instalment,
            presence=answer.presence,
            days=answer.days,
            comment=answer.comment.strip(),
            given_by=fresh.name,
            given_at=at,
            link=fresh,
        ),
        case_file,
        actor=None,
        at=at,
    )


@transaction.atomic
def record_on_paper(
    *,
    instalment: Instalment,
    actor: User,
    given_by: str,
    answer: Presences,
    scan: StoredFile,
    at: datetime | None = None,
) -> Attestation:
    """Keep an attestation received on paper, with its scan.

    Side effects: see _keep. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    case_file = lock(instalment.case_file)
    if reason := why_not_caseworker(actor, case_file):
        raise MoveRefusedError(reason)
    if case_file.state != CaseFileState.ACTIVE:
        raise MoveRefusedError("Une présence se confirme une fois la convention active.")
    locked = _locked_instalment(case_file, instalment.pk)
    if Attestation.objects.filter(instalment=locked).exists():
        raise MoveRefusedError("Ce mois est déjà confirmé.")
    if not months_due(case_file, on=clock.paris_date(at)).filter(pk=locked.pk).exists():
        raise MoveRefusedError("Ce mois n’est pas à confirmer.")
    return _keep(
        Attestation(
            instalment=locked,
            presence=answer.presence,
            days=answer.days,
            comment=answer.comment.strip(),
            given_by=given_by.strip(),
            given_at=at,
            recorded_by=actor,
            scan=scan,
        ),
        case_file,
        actor=actor,
        at=at,
    )


def _locked_instalment(case_file: CaseFile, pk: int) -> Instalment:
    """Raises MoveRefusedError for a month of another file, or one that nobody attests."""
    found = (
        case_file.instalments.select_for_update(of=("self",))
        .filter(pk=pk, proof_kind=ProofKind.ATTESTATION)
        .first()
    )
    if found is None:
        raise MoveRefusedError("Ce mois n’est pas à confirmer.")
    return found


def _keep(
    attestation: Attestation, case_file: CaseFile, *, actor: User | None, at: datetime
) -> Attestation:
    """A whole month is due at once; anything else waits for an agent, its amount untouched.

    Side effects: the attestation, the instalment's status, one event.
    """
    attestation.save(force_insert=True)
    instalment = attestation.instalment
    whole = attestation.presence == Presence.WHOLE
    instalment.status = InstalmentStatus.DUE if whole else InstalmentStatus.RECEIVED
    instalment.save(update_fields=["status"])
    record_event(
        case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        payload={
            "label": f"{instalment.label}\u00a0: {attestation.answer_label.lower()}, "
            f"selon {attestation.given_by}"
        },
    )
    return attestation


def why_not_settle(attestation: Attestation, amount: Decimal) -> str:
    """Why this amount cannot be kept for the month, in French; "" when it can."""
    if not attestation.needs_settling:
        return "Le montant de ce mois est déjà fixé."
    if not Decimal(0) <= amount <= attestation.instalment.amount:
        return f"Le montant va de 0 à {format_euros(attestation.instalment.amount)}."
    return ""


@transaction.atomic
def settle(
    *,
    attestation: Attestation,
    actor: User,
    amount: Decimal,
    reason: str,
    at: datetime | None = None,
) -> Attestation:
    """Say what a month that was not whole is worth, and why.

    The planned payment is paid as it is, replaced by a smaller one on the same year's budget, or
    cancelled. Side effects: the instalments, the attestation, one event, an e-mail to the
    beneficiary. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    case_file = lock(attestation.instalment.case_file)
    if refusal := why_not_caseworker(actor, case_file):
        raise MoveRefusedError(refusal)
    if not reason.strip():
        raise MoveRefusedError("Dites pourquoi ce montant.")
    instalment = _locked_instalment(case_file, attestation.instalment_id)
    fresh = Attestation.objects.select_for_update(of=("self",)).get(pk=attestation.pk)
    fresh.instalment = instalment
    if refusal := why_not_settle(fresh, amount):
        raise MoveRefusedError(refusal)
    if instalment.status != InstalmentStatus.RECEIVED:
        raise MoveRefusedError("Ce versement n’attend pas de décision.")
    _pay_only(instalment, amount, reason=reason.strip())
    fresh.settled_amount, fresh.settled_reason = amount, reason.strip()
    fresh.settled_by, fresh.settled_at = actor, at
    fresh.save(update_fields=["settled_amount", "settled_reason", "settled_by", "settled_at"])
    record_event(
        case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=reason.strip(),
        payload={"label": f"{instalment.label} : {format_euros(amount)} retenus"},
    )
    write_to_applicant("awards-attestation-settled", case_file, {"month": instalment.label})
    return fresh


def _pay_only(instalment: Instalment, amount: Decimal, *, reason: str) -> None:
    """An amount never changes (trigger): a smaller one is another payment."""
    if amount == instalment.amount:
        instalment.status = InstalmentStatus.DUE
        instalment.save(update_fields=["status"])
        return
    instalment.status = InstalmentStatus.CANCELLED
    instalment.cancelled_because = reason
    instalment.save(update_fields=["status", "cancelled_because"])
    if amount:
        case_file = instalment.case_file
        last = case_file.instalments.aggregate(last=Max("rank"))["last"]
        case_file.instalments.create(
            rank=last + 1,
            label=instalment.label,
            amount=amount,
            budget_year=instalment.budget_year,
            due_on=instalment.due_on,
            status=InstalmentStatus.DUE,
            replaces=instalment,
        )
