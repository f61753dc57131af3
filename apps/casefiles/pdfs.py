"""The letters of a case file: receipt and decision."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.casefiles.documents import document_rows
from apps.casefiles.enums import EventKind, LetterKind, Outcome
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile, Decision, Letter
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import build_receipt, service
from apps.core import clock
from apps.core.dates import format_date
from apps.core.money import format_euros
from apps.core.pdf import render_pdf
from apps.files.storage import store_bytes


def _sender() -> dict[str, Any]:
    return asdict(service())


def _recipient(case_file: CaseFile) -> list[str]:
    return [case_file.applicant_name, *case_file.postal_address.splitlines()]


def receipt_data(case_file: CaseFile) -> dict[str, Any]:
    """What templates/casefiles/pdf/receipt.typ reads."""
    receipt, rows = build_receipt(case_file), document_rows(case_file)
    return {
        "reference": receipt.reference,
        "date": format_date(clock.paris_date(receipt.received_at)),
        "sender": _sender(),
        "recipient": _recipient(case_file),
        "subject": receipt.subject,
        "received": receipt.received,
        "channel": receipt.channel,
        "silence": receipt.silence,
        "stop": receipt.stop,
        "received_pieces": [row.kind.label for row in rows if row.documents],
        "announced_pieces": [
            f"{row.kind.label} : attendue le {format_date(row.promise.expected_on)}"
            for row in rows
            if row.promise
        ],
        "appeal": list(receipt.appeal),
        "follow_url": f"{settings.PUBLIC_URL}/suivi/",
    }


def decision_data(case_file: CaseFile, decision: Decision) -> dict[str, Any]:
    """What templates/casefiles/pdf/decision.typ reads: the frozen decision, never today's rates."""
    breakdown = decision.frozen_breakdown
    lines = breakdown.lines if breakdown else ()
    granted = decision.outcome == Outcome.GRANT
    # The rules may leave the amount to the caseworker: lines are printed when they explain it.
    explained = granted and breakdown is not None and breakdown.total == decision.amount
    return {
        "reference": case_file.reference,
        "date": format_date(clock.paris_date(decision.decided_at)) if decision.decided_at else "",
        "sender": _sender(),
        "recipient": _recipient(case_file),
        "subject": programmes[case_file.programme].label,
        "requested_on": (
            format_date(clock.paris_date(case_file.submitted_at)) if case_file.submitted_at else ""
        ),
        "granted": granted,
        "amount": format_euros(decision.amount) if decision.amount is not None else "",
        "lines": [
            [line.label, line.source, format_euros(line.amount)] for line in lines if explained
        ],
        "reason": decision.reason,
        "decided_on": format_date(decision.decided_on) if decision.decided_on else "",
        "deliberation": decision.deliberation,
        "route": decision.route,
        "facts": [[label, value] for label, value in decision.facts.get("printed", [])],
        "court": settings.ADMINISTRATIVE_COURT,
        "signatory": decision.decided_by.get_full_name() if decision.decided_by else "",
    }


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a letter is: its kind, its template, the name of its file, and what people call it."""

    kind: LetterKind
    template: str
    name: str
    label: str


RECEIPT = Paper(
    kind=LetterKind.RECEIPT,
    template="casefiles/pdf/receipt.typ",
    name="accuse-de-reception",
    label=str(LetterKind.RECEIPT.label),
)
DECISION = Paper(
    kind=LetterKind.DECISION,
    template="casefiles/pdf/decision.typ",
    name="decision",
    label=str(LetterKind.DECISION.label),
)


def issue_letter(
    case_file: CaseFile, paper: Paper, data: dict[str, Any], *, at: datetime
) -> Letter:
    """Render a letter, store it, attach it to the file for good, and write it in its story."""
    stored = store_bytes(
        render_pdf(paper.template, data),
        name=f"{paper.name}-{case_file.reference}.pdf",
        content_type="application/pdf",
        uploaded_by=None,
    )
    letter = Letter.objects.create(case_file=case_file, kind=paper.kind, file=stored, issued_at=at)
    record_event(
        case_file,
        EventKind.LETTER_ISSUED,
        actor=None,
        at=at,
        payload={"label": paper.label, "letter": letter.pk},
    )
    return letter
