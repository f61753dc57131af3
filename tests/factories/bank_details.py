"""Agreements on their way, and the account that an award is paid on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.awards.agreements import prepare_agreement, return_agreement, send_agreement
from apps.awards.bank_details import give_bank_details
from apps.awards.models import Agreement, BankDetails
from apps.casefiles.models import CaseFile
from tests.factories.awards import CLOSED_AT, decided_file
from tests.factories.casefiles import stored_pdf

# The example of the standard: an account of La Banque Postale, whose key is not 76.
FRENCH_IBAN = "FR1420041010050500013M02606"
GERMAN_IBAN = "DE89370400440532013000"
PREPARED_AT = CLOSED_AT + timedelta(days=3)
SENT_AT = CLOSED_AT + timedelta(days=4)
RETURNED_AT = CLOSED_AT + timedelta(days=5)


def sent_agreement(*, actor: User, **file: Any) -> Agreement:
    """An agreement that waits for the beneficiary's signature."""
    case_file = decided_file(actor=actor, **file)
    prepare_agreement(case_file=case_file, actor=actor, at=PREPARED_AT)
    return send_agreement(case_file=case_file, actor=actor, at=SENT_AT)


def returned_agreement(*, actor: User, by: User | None = None, **file: Any) -> Agreement:
    """An agreement that the beneficiary (or `by`) has signed and handed in."""
    case_file = sent_agreement(actor=actor, **file).case_file
    person = by or case_file.applicant or actor
    return return_agreement(
        case_file=case_file, actor=person, scan=stored_pdf(person), at=RETURNED_AT
    )


def give_account(
    case_file: CaseFile,
    *,
    by: User,
    iban: str = FRENCH_IBAN,
    holder: str = "Alice Démo",
    at: datetime = RETURNED_AT,
) -> BankDetails:
    rib = stored_pdf(by, name="rib.pdf")
    return give_bank_details(
        case_file=case_file, actor=by, iban=iban, holder=holder, rib=rib, at=at
    )


def bank_details(*, actor: User, **file: Any) -> BankDetails:
    """The account of an award whose agreement waits to be checked, given by the beneficiary."""
    case_file = returned_agreement(actor=actor, **file).case_file
    assert case_file.applicant is not None
    return give_account(case_file, by=case_file.applicant)
