"""What is written about payments: never an amount, an account or a document's content."""

from __future__ import annotations

from typing import Any

from apps.awards.models import Instalment
from apps.casefiles.notifications import case_file_url, write_to_applicant


def notify_proof_asked(instalment: Instalment) -> None:
    _about_proof("payment-proof-asked", instalment)


def notify_proof_reminder(instalment: Instalment) -> None:
    _about_proof("payment-proof-reminder", instalment)


def notify_proof_refused(instalment: Instalment) -> None:
    _about_proof("payment-proof-refused", instalment)


def notify_payment_made(instalment: Instalment) -> None:
    write_to_applicant("payment-made", instalment.case_file, {})


def _about_proof(kind: str, instalment: Instalment) -> None:
    case_file = instalment.case_file
    has_account = case_file.applicant_id is not None
    extra: dict[str, Any] = {
        "proof": instalment.proof_label,
        "due_on": instalment.due_on,
        "has_account": has_account,
    }
    if has_account:
        extra["url"] = f"{case_file_url(case_file)}versements/{instalment.rank}/"
    write_to_applicant(kind, case_file, extra)
