"""Where an award is paid: given by the beneficiary, shown masked, opened by the accountant only.

The number is encrypted (core.encryption, docs/decisions/0012-encryption-of-bank-details.md); it is
never in a log, an e-mail, the story, the history of rows or an export for the public.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import InstalmentStatus
from apps.awards.iban import compact_iban, why_not_iban
from apps.awards.models import Agreement, BankDetails, BankDetailsAccess
from apps.awards.notifications import notify_bank_details
from apps.casefiles.enums import GUICHET_CHANNELS, CaseFileState, Channel, EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError, lock
from apps.core import clock
from apps.core.encryption import DecryptionError, decrypt, encrypt
from apps.files.models import StoredFile
from apps.files.storage import forget_file

# What opens the question, in the words of the pages that wait for it.
ASKED_LATER = (
    "Vos coordonnées bancaires vous seront demandées quand vous aurez renvoyé votre convention "
    "signée. Nous ne les demandons jamais avant, ni par e-mail, ni par téléphone."
)


def why_not_give(user: User, case_file: CaseFile) -> str:
    """Reason why this person may not give or change the account now, or ""."""
    paid = _payments(case_file)
    if reason := _why_not_person(user, case_file, is_paid=InstalmentStatus.PAID in paid):
        return reason
    if case_file.state not in (CaseFileState.GRANTED, CaseFileState.ACTIVE):
        return "Les coordonnées bancaires ne changent plus."
    agreement: Agreement | None = getattr(case_file, "agreement", None)
    if agreement is None or not agreement.is_signed_by_beneficiary:
        return ASKED_LATER
    if hasattr(case_file, "bank_details"):
        return _why_not_change(user, case_file, paid)
    return ""


def _why_not_change(user: User, case_file: CaseFile, paid: set[str]) -> str:
    if InstalmentStatus.EXPORTED in paid:
        return (
            "Un versement est chez le payeur : le compte ne change pas avant qu’il soit payé. "
            "Appelez le guichet si ce compte n’est plus le vôtre."
        )
    if InstalmentStatus.PAID in paid and case_file.applicant_id == user.pk:
        return (
            "Un versement a déjà été fait sur ce compte. Pour en changer, écrivez au guichet : "
            "un agent vérifie que la demande vient de vous."
        )
    return ""


def _payments(case_file: CaseFile) -> set[str]:
    """Which of « exported » and « paid » some payment of this file has reached."""
    reached = (InstalmentStatus.EXPORTED, InstalmentStatus.PAID)
    return {item.status for item in case_file.instalments.all()} & set(reached)


def _why_not_person(user: User, case_file: CaseFile, *, is_paid: bool) -> str:
    """The beneficiary; an agent for a file without account, or once a payment was made."""
    if case_file.applicant_id == user.pk:
        return ""
    if case_file.applicant_id is not None and not is_paid:
        return "La personne donne elle-même ses coordonnées bancaires, dans son espace."
    return why_not_caseworker(user, case_file)


@sensitive_variables("iban", "number")
@transaction.atomic
def give_bank_details(
    *,
    case_file: CaseFile,
    actor: User,
    iban: str,
    holder: str,
    rib: StoredFile,
    at: datetime | None = None,
) -> BankDetails:
    """Keep the account of an award, or replace it: then with a new RIB.

    Side effects: the encrypted number; the former RIB is deleted, its masked number stays in the
    history; the story; an e-mail that says so and nothing more, so that a thief is found out.
    Raises MoveRefusedError, and changes nothing then.
    """
    at = at or clock.now()
    locked = lock(case_file)
    if reason := why_not_give(actor, locked) or why_not_iban(iban):
        raise MoveRefusedError(reason)
    if not holder.strip():
        raise MoveRefusedError("Indiquez le titulaire du compte.")
    details = BankDetails.objects.select_for_update(of=("self",)).filter(case_file=locked).first()
    is_change = details is not None
    details = details or BankDetails(case_file=locked)
    former_rib = details.rib if is_change else None
    number = compact_iban(iban)
    details.ciphertext = encrypt(number, bound_to=details.owner_key)
    details.country, details.last4 = number[:2], number[-4:]
    details.holder, details.rib = " ".join(holder.split()), rib
    details.channel = _channel(locked, actor)
    details.given_by, details.given_at = actor, at
    details.save()
    if former_rib is not None:
        forget_file(former_rib)
    label = "Coordonnées bancaires modifiées" if is_change else "Coordonnées bancaires données"
    record_event(locked, EventKind.AWARD_FOLLOWED, actor=actor, at=at, payload={"label": label})
    notify_bank_details(details, is_change=is_change)
    return details


def _channel(case_file: CaseFile, actor: User) -> Channel:
    if case_file.applicant_id == actor.pk:
        return Channel.ONLINE
    channel = Channel(case_file.channel)
    return channel if channel in GUICHET_CHANNELS else Channel.DESK


def why_not_reveal(user: User, case_file: CaseFile) -> str:
    """The accountant of the programme, and nobody else: a superuser has no need of an account."""
    if case_file.applicant_id == user.pk:
        return "C’est votre propre demande : un collègue doit s’en charger."
    if user.is_active and user.has_role(Role.ACCOUNTANT, programme=case_file.programme):
        return ""
    return f"Il faut le rôle « {Role.ACCOUNTANT.label} » pour ce dispositif."


def why_not_read_accesses(user: User, case_file: CaseFile) -> str:
    """Who watches those who look."""
    roles = (Role.HEAD, Role.AUDITOR)
    if user.is_superuser or user.has_role(*roles, programme=case_file.programme):
        return ""
    return "Seuls le responsable du guichet et l’auditeur lisent les consultations."


@transaction.atomic
def reveal_iban(details: BankDetails, *, actor: User, purpose: str, at: datetime) -> str:
    """The whole account number, without spaces; the look is recorded with it, or nothing is shown.

    `purpose` says why in French, for those who read the record. Raises MoveRefusedError: not an
    accountant, no purpose, or no key that opens it.
    """
    _record(details, BankDetailsAccess.Seen.IBAN, actor=actor, purpose=purpose, at=at)
    try:
        return decrypt(details.ciphertext, bound_to=details.owner_key)
    except DecryptionError:
        raise MoveRefusedError(
            "Ce numéro ne s’ouvre avec aucune clé du portail. Prévenez l’administrateur."
        ) from None


@transaction.atomic
def open_rib(details: BankDetails, *, actor: User, purpose: str, at: datetime) -> StoredFile:
    """The RIB, on which the whole number is printed: recorded in the same way."""
    _record(details, BankDetailsAccess.Seen.RIB, actor=actor, purpose=purpose, at=at)
    return details.rib


def _record(
    details: BankDetails,
    seen: BankDetailsAccess.Seen,
    *,
    actor: User,
    purpose: str,
    at: datetime,
) -> None:
    if reason := why_not_reveal(actor, details.case_file):
        raise MoveRefusedError(reason)
    if not purpose.strip():
        raise MoveRefusedError("Dites pourquoi vous consultez ce compte.")
    BankDetailsAccess.objects.create(
        details=details,
        seen=seen,
        masked=details.masked,
        person=actor,
        purpose=purpose.strip(),
        at=at,
    )
