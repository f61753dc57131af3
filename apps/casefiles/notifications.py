"""What a case file sends: e-mails to the applicant, and the letters that go with a move.

An e-mail holds a name, a reference and a link; the rest waits behind the sign-in.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from apps.casefiles.enums import Channel
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.pdfs import DECISION, RECEIPT, decision_data, issue_letter, receipt_data
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import build_receipt, service
from apps.notifications.queue import queue_email


def notify_move(case_file: CaseFile, transition: Transition, event: CaseFileEvent) -> None:
    """Write the letters of a move and queue its e-mail, in the caller's transaction.

    Nothing is written about an act of the archive: nobody applied through the portal, and a
    letter of today would pass for one of that day.
    """
    if case_file.channel == Channel.ARCHIVE:
        return
    extra: dict[str, Any] = {}
    if transition.name == "submit":
        issue_letter(case_file, RECEIPT, receipt_data(case_file), at=event.at)
        extra["receipt"] = build_receipt(case_file)
    if transition.email == "casefile-decision" and (decision := case_file.decision):
        issue_letter(case_file, DECISION, decision_data(case_file, decision), at=event.at)
    if transition.email and case_file.submitted_at:  # giving up a draft concerns nobody else
        write_to_applicant(transition.email, case_file, {**extra, **_days(case_file, event)})


def _days(case_file: CaseFile, event: CaseFileEvent) -> dict[str, date | None]:
    """The days that the person has to know: to correct, of the commission, of the answer."""
    told = {name: event.payload.get(name) for name in ("due_on", "held_on")}
    return {
        **{name: date.fromisoformat(day) if day else None for name, day in told.items()},
        "answer_by": case_file.legal_due_on,
    }


def notify_message(case_file: CaseFile) -> None:
    """Tell the applicant that a message waits in their space."""
    write_to_applicant("casefile-message", case_file, {})


def notify_follow_up_code(case_file: CaseFile, code: str) -> None:
    write_to_applicant("casefile-follow-up-code", case_file, {"code": code})


def case_file_url(case_file: CaseFile) -> str:
    """Where the applicant reads the file: their space, or the follow-up without an account."""
    if case_file.applicant_id is None:
        return f"{settings.PUBLIC_URL}/suivi/"
    return f"{settings.PUBLIC_URL}/mon-espace/dossiers/{case_file.reference}/"


def write_to_applicant(
    kind: str, case_file: CaseFile, extra: dict[str, Any], *, to: str = ""
) -> bool:
    """Queue an e-mail of a registered kind about a file; whether anybody is written to.

    `to` is the file's own address unless another of the same person is given. Nobody is written
    to without one (the letter is printed and posted), nor about an act of the archive.
    """
    address = to or case_file.email
    if not address or case_file.channel == Channel.ARCHIVE:
        return False
    queue_email(
        kind,
        to=address,
        context={
            "name": case_file.applicant_name,
            "reference": case_file.reference,
            "programme": programmes[case_file.programme].label,
            "url": case_file_url(case_file),
            "service": service(),
            **extra,
        },
        reference=case_file.reference,
    )
    return True
