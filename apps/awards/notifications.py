"""What is written to a beneficiary: a name, a reference, a link; never an amount nor an account."""

from __future__ import annotations

from apps.awards.models import BankDetails
from apps.casefiles.models import CaseFile
from apps.casefiles.notifications import case_file_url, write_to_applicant


def notify_agreement_sent(case_file: CaseFile) -> None:
    _write("agreement-sent", case_file, page="convention/")


def notify_agreement_refused(case_file: CaseFile) -> None:
    _write("agreement-refused", case_file, page="convention/")


def notify_bank_details(details: BankDetails, *, is_change: bool) -> None:
    """A thief who changes the account must not be the only one to know: both addresses, the
    file's and the account's, are written to."""
    case_file, applicant = details.case_file, details.case_file.applicant
    addresses = {case_file.email, applicant.email if applicant else case_file.email}
    for address in sorted(addresses):
        _write(
            "bank-details-recorded",
            case_file,
            page="coordonnees-bancaires/",
            to=address,
            is_change=is_change,
        )


def _write(kind: str, case_file: CaseFile, *, page: str, to: str = "", **extra: bool) -> None:
    has_account = case_file.applicant_id is not None
    url = case_file_url(case_file) + (page if has_account else "")
    write_to_applicant(kind, case_file, {"url": url, "has_account": has_account, **extra}, to=to)
