"""The order to pay back, as a PDF kept for good."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.awards.enums import ClawbackCause
from apps.awards.models import Clawback
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.dates import format_date
from apps.core.money import format_euros
from apps.core.pdf import render_pdf
from apps.files.models import StoredFile
from apps.files.storage import store_bytes


def store_order(clawback: Clawback, *, at: datetime) -> StoredFile:
    """Render the order of a clawback that is about to be written, and keep it."""
    return store_bytes(
        render_pdf("awards/pdf/repayment_order.typ", order_data(clawback)),
        name=f"ordre-de-reversement-{clawback.number}.pdf",
        content_type="application/pdf",
        uploaded_by=None,
        at=at,
    )


def order_data(clawback: Clawback) -> dict[str, Any]:
    """What templates/awards/pdf/repayment_order.typ reads."""
    case_file, decision = clawback.case_file, clawback.case_file.decision
    return {
        "reference": case_file.reference,
        "number": clawback.number,
        "date": format_date(clock.paris_date(clawback.issued_at)),
        "sender": asdict(service()),
        "recipient": [case_file.applicant_name, *case_file.postal_address.splitlines()],
        "subject": programmes[case_file.programme].label,
        "by_breach": clawback.cause == ClawbackCause.BREACH,
        "computed": clawback.breakdown.get("computed") is not None,
        "amount": format_euros(clawback.amount),
        "explanation": clawback.explanation,
        "reason": clawback.reason,
        "deliberation": decision.deliberation if decision else "",
        "decided_on": format_date(decision.decided_on) if decision and decision.decided_on else "",
        "court": settings.ADMINISTRATIVE_COURT,
        "signatory": clawback.issued_by.get_full_name(),
    }
