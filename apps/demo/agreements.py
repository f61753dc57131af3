"""The agreements of the demo town, and accounts that no bank ever opened."""

from __future__ import annotations

from datetime import datetime, timedelta

from stdnum import iban as standard

from apps.accounts.models import User
from apps.awards.agreements import (
    activate_agreement,
    prepare_agreement,
    return_agreement,
    send_agreement,
)
from apps.awards.bank_details import give_bank_details
from apps.awards.enums import AgreementStatus
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.pdf import render_pdf
from apps.files.models import StoredFile
from apps.files.storage import store_bytes

_A = AgreementStatus


def play_agreement(
    until: AgreementStatus | None, case_file: CaseFile, *, head: User, agent: User, now: datetime
) -> datetime | None:
    """Bring the agreement of an award as far as `until`, through the usual verbs.

    Returns when it was signed, None while it is not.
    """
    if until is None:
        return None
    case_file.refresh_from_db()
    decided_at = case_file.decided_at or now
    person = case_file.applicant or agent
    prepare_agreement(case_file=case_file, actor=agent, at=decided_at + timedelta(days=4))
    if until == _A.PREPARED:
        return None
    send_agreement(case_file=case_file, actor=agent, at=decided_at + timedelta(days=5))
    if until == _A.SENT:
        return None
    signed_at = decided_at + timedelta(days=14)
    return_agreement(
        case_file=case_file,
        actor=person,
        scan=_piece("Convention signée", "convention", case_file, by=person, at=signed_at),
        at=signed_at,
    )
    give_bank_details(
        case_file=case_file,
        actor=person,
        iban=fictitious_iban(case_file.pk),
        holder=case_file.applicant_name,
        rib=_piece("RIB", "rib", case_file, by=person, at=signed_at),
        at=signed_at,
    )
    if until != _A.SIGNED:
        return None
    activated_at = decided_at + timedelta(days=20)
    activate_agreement(
        case_file=case_file,
        actor=head,
        signed_on=clock.paris_date(activated_at),
        at=activated_at,
    )
    return activated_at


def fictitious_iban(number: int) -> str:
    """A French number whose bank and branch are zeros: its check digits are right, and no bank
    has it."""
    account = f"{'0' * 10}{number:011d}00"
    return f"FR{standard.calc_check_digits(f'FRxx{account}')}{account}"


def _piece(title: str, name: str, case_file: CaseFile, *, by: User, at: datetime) -> StoredFile:
    return store_bytes(
        render_pdf("demo/pdf/piece.typ", {"title": title}),
        name=f"{name}-{case_file.reference}-fictif.pdf",
        content_type="application/pdf",
        uploaded_by=by,
        at=at,
    )
