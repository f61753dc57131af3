"""The letter of a school year that was granted or refused, kept with the file's other letters."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings

from apps.awards.amendments import award_total
from apps.awards.models import Renewal
from apps.casefiles.enums import Channel, DecisionRoute, LetterKind
from apps.casefiles.models import Letter
from apps.casefiles.pdfs import Paper, issue_letter
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock


def issue_renewal_letter(renewal: Renewal, *, at: datetime) -> Letter | None:
    """Write the letter of a decision that is being recorded; None for an act of the archive."""
    if renewal.case_file.channel == Channel.ARCHIVE:
        return None
    paper = Paper(
        kind=LetterKind.DECISION,
        template="awards/pdf/renewal.typ",
        name=f"decision-{renewal.school_year}-{renewal.school_year + 1}",
        label=f"{LetterKind.DECISION.label} {renewal.year_label}",
    )
    return issue_letter(renewal.case_file, paper, renewal_data(renewal), at=at)


def renewal_data(renewal: Renewal) -> dict[str, Any]:
    """What templates/awards/pdf/renewal.typ reads: the year as proposed, never today's rates."""
    case_file, amendment = renewal.case_file, renewal.amendment
    programme, breakdown = programmes[case_file.programme], renewal.frozen_breakdown
    # The rules may leave the amount to the caseworker: lines are printed when they explain it.
    explained = amendment and breakdown and breakdown.total == amendment.amount
    return {
        "reference": case_file.reference,
        "date": clock.paris_date(renewal.decided_at) if renewal.decided_at else "",
        "sender": asdict(service()),
        "recipient": [case_file.applicant_name, *case_file.postal_address.splitlines()],
        "subject": programme.label,
        "year": renewal.year_label,
        "sent_on": clock.paris_date(renewal.sent_at) if renewal.sent_at else "",
        "granted": amendment is not None,
        "amount": amendment.amount if amendment else "",
        "total": award_total(case_file),
        "lines": [
            [line.label, line.source, line.amount]
            for line in (breakdown.lines if breakdown and explained else ())
        ],
        "reason": renewal.reason,
        "by_vote": programme.decided_by == DecisionRoute.COMMISSION,
        "decided_on": renewal.decided_on or "",
        "deliberation": renewal.deliberation,
        "facts": [[row["label"], row["after"]] for row in renewal.comparison],
        "court": settings.ADMINISTRATIVE_COURT,
        "signatory": renewal.decided_by.get_full_name() if renewal.decided_by else "",
    }
