"""The life of an agreement: prepared, sent, signed and returned, checked; then the file moves.

Every verb locks the case file first, and makes the pages that show it out of date.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.awards.agreement_pdf import read_terms, store_agreement
from apps.awards.agreement_rules import (
    why_not_prepare,
    why_not_refuse,
    why_not_return,
    why_not_send,
    why_not_sign_act,
)
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement, AgreementCopy
from apps.awards.notifications import notify_agreement_refused, notify_agreement_sent
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_head
from apps.casefiles.transitions import MoveRefusedError, lock, perform
from apps.core import clock
from apps.files.models import StoredFile

_A = AgreementStatus


@transaction.atomic
def prepare_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Make the agreement of an award from its frozen decision, or make it again.

    Side effects: the terms and the PDF, kept for good; a line of the guichet in the story. The
    beneficiary sees nothing before it is sent. Raises MoveRefusedError, and changes nothing then.
    """
    at = at or clock.now()
    locked, agreement = _lock(case_file, expected_version)
    _refuse_if(why_not_prepare(actor, locked, agreement))
    terms = read_terms(locked)
    agreement = agreement or Agreement(case_file=locked)
    agreement.status = _A.PREPARED
    agreement.terms = terms.to_json()
    agreement.document = store_agreement(locked, terms, at=at)
    agreement.prepared_by, agreement.prepared_at = actor, at
    agreement.sent_by = agreement.sent_at = None
    agreement.save()
    _tell(locked, "Convention préparée", actor=actor, at=at, is_public=False)
    return agreement


@transaction.atomic
def send_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Give the prepared agreement to the beneficiary, or give it again after a refusal.

    Side effects: an e-mail with a link, never the content; the story. Who has no account gets it
    on paper: the desk says so. Raises MoveRefusedError, and changes nothing then.
    """
    at = at or clock.now()
    locked, agreement = _lock(case_file, expected_version)
    _refuse_if(why_not_send(actor, locked, agreement))
    agreement = _existing(agreement)
    _mark_sent(agreement, actor=actor, at=at)
    _tell(locked, "Convention envoyée", actor=actor, at=at)
    notify_agreement_sent(locked)
    return agreement


@transaction.atomic
def return_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    scan: StoredFile,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Put a copy signed by the beneficiary on the file: their upload, or an agent's scan.

    Side effect: the story. Raises MoveRefusedError, and changes nothing then.
    """
    at = at or clock.now()
    locked, agreement = _lock(case_file, expected_version)
    _refuse_if(why_not_return(actor, locked, agreement))
    agreement = _existing(agreement)
    _take_copy(agreement, scan, actor=actor, at=at)
    _tell(locked, "Convention signée reçue", actor=actor, at=at)
    return agreement


@transaction.atomic
def refuse_return(
    *,
    case_file: CaseFile,
    actor: User,
    reason: str,
    expected_version: int | None = None,
    at: datetime | None = None,
) -> Agreement:
    """Send a signed copy back, with the reason: a page is missing, a signature…

    Side effects: the copy keeps the reason; an e-mail that says to look; the story. Raises
    MoveRefusedError, and changes nothing then.
    """
    at = at or clock.now()
    locked, agreement = _lock(case_file, expected_version)
    _refuse_if(why_not_refuse(actor, locked, agreement))
    _refuse_if("" if reason.strip() else "Dites ce qui ne va pas : la personne le lit.")
    agreement = _existing(agreement)
    copy = agreement.copies.get(file=agreement.scan)
    copy.refusal, copy.refused_by, copy.refused_at = reason.strip(), actor, at
    copy.save(update_fields=["refusal", "refused_by", "refused_at"])
    agreement.status = _A.REFUSED
    agreement.scan = agreement.returned_by = agreement.returned_at = None
    agreement.save(update_fields=["status", "scan", "returned_by", "returned_at"])
    _tell(locked, "Convention à signer de nouveau", actor=actor, at=at, comment=reason.strip())
    notify_agreement_refused(locked)
    return agreement


@transaction.atomic
def activate_agreement(
    *,
    case_file: CaseFile,
    actor: User,
    signed_on: date,
    scan: StoredFile | None = None,
    comment: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Record the last signature, and move the file to « Conventionné ».

    `scan` is the copy that both have signed. Without it, the beneficiary's one is kept; with it,
    nothing else is asked first: an agreement signed on paper is sent, returned and signed at
    once, even one that was drawn up outside the portal. Side effects: the Agreement, the move
    with its e-mail. Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked, agreement = _lock(case_file, expected_version)
    _refuse_if(why_not_head(actor, locked))
    if locked.state != CaseFileState.GRANTED:
        raise MoveRefusedError("Une convention se signe pour une aide accordée.")
    _refuse_if(why_not_sign_act(locked))
    if signed_on > clock.paris_date(at):
        raise MoveRefusedError("La date de signature est à venir.")
    if locked.decided_at and signed_on < clock.paris_date(locked.decided_at):
        raise MoveRefusedError("La convention ne peut pas être signée avant la décision.")
    if scan is not None:
        agreement = _sign_on_paper(locked, agreement, scan, actor=actor, at=at)
    if agreement is None or agreement.status != _A.RETURNED:
        raise MoveRefusedError("La convention signée n’est pas au dossier.")
    agreement.status = _A.SIGNED
    agreement.signed_on, agreement.checked_by, agreement.checked_at = signed_on, actor, at
    agreement.save(update_fields=["status", "signed_on", "checked_by", "checked_at"])
    return perform(locked, "activate", actor=actor, comment=comment, at=at)


def _lock(case_file: CaseFile, expected_version: int | None) -> tuple[CaseFile, Agreement | None]:
    """The file and its agreement, locked in this order."""
    locked = lock(case_file, expected_version=expected_version)
    agreement = Agreement.objects.select_for_update(of=("self",)).filter(case_file=locked).first()
    return locked, agreement


def _refuse_if(reason: str) -> None:
    if reason:
        raise MoveRefusedError(reason)


def _existing(agreement: Agreement | None) -> Agreement:
    """Raises MoveRefusedError before an agreement is prepared."""
    if agreement is None:
        raise MoveRefusedError("La convention n’est pas encore préparée.")
    return agreement


def _mark_sent(agreement: Agreement, *, actor: User, at: datetime) -> None:
    agreement.status = _A.SENT
    agreement.sent_by, agreement.sent_at = actor, at
    agreement.save(update_fields=["status", "sent_by", "sent_at"])


def _take_copy(agreement: Agreement, scan: StoredFile, *, actor: User, at: datetime) -> None:
    """Keep the copy among the others, and as the one to check."""
    AgreementCopy.objects.create(agreement=agreement, file=scan, added_by=actor, added_at=at)
    agreement.status = _A.RETURNED
    agreement.scan, agreement.returned_by, agreement.returned_at = scan, actor, at
    agreement.save(update_fields=["status", "scan", "returned_by", "returned_at"])


def _sign_on_paper(
    case_file: CaseFile, agreement: Agreement | None, scan: StoredFile, *, actor: User, at: datetime
) -> Agreement:
    """The agreement with the copy that both have signed, whatever was recorded before."""
    if agreement is None:
        agreement = Agreement.objects.create(
            case_file=case_file, status=_A.RETURNED, scan=scan, returned_by=actor, returned_at=at
        )
    elif agreement.status == _A.PREPARED:
        _mark_sent(agreement, actor=actor, at=at)
    _take_copy(agreement, scan, actor=actor, at=at)
    return agreement


def _tell(
    case_file: CaseFile,
    label: str,
    *,
    actor: User,
    at: datetime,
    comment: str = "",
    is_public: bool = True,
) -> None:
    """A line of the story; what anybody has on screen is out of date."""
    case_file.bump_version(at=at)
    record_event(
        case_file,
        EventKind.AWARD_FOLLOWED,
        actor=actor,
        at=at,
        comment=comment,
        payload={"label": label},
        is_public=is_public,
    )
