"""The agreement as a PDF to sign, made from its frozen terms."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from apps.awards.agreement_terms import (
    AgreementTerms,
    AmountRow,
    Engagement,
    Promise,
    repayment_rows,
)
from apps.awards.models import Commitment
from apps.awards.programmes import awarded
from apps.awards.repayment import ROUNDING
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import service
from apps.core import clock
from apps.core.dates import format_date
from apps.core.money import format_euros
from apps.core.pdf import render_pdf
from apps.files.models import StoredFile
from apps.files.storage import store_bytes

_TEMPLATE = "awards/pdf/agreement.typ"


def read_terms(case_file: CaseFile) -> AgreementTerms:
    """What an agreement made now says: the decision as frozen, the plan of the grant."""
    decision, amount = case_file.decision, case_file.granted_amount
    if decision is None or amount is None:
        raise ValueError(f"{case_file.reference} was not granted: there is nothing to agree on")
    breakdown = decision.frozen_breakdown
    # The rules may leave the amount to the caseworker: lines are printed when they explain it.
    lines = breakdown.lines if breakdown and breakdown.total == amount else ()
    programme = awarded(case_file)
    return AgreementTerms(
        beneficiary=case_file.applicant_name,
        address=case_file.postal_address,
        amount=amount,
        route=decision.route,
        decided_on=decision.decided_on,
        deliberation=decision.deliberation,
        lines=tuple(
            AmountRow(label=line.label, amount=line.amount, detail=line.source) for line in lines
        ),
        instalments=tuple(
            AmountRow(
                label=instalment.label,
                amount=instalment.amount,
                detail=instalment.proof_label,
                year=instalment.budget_year,
                on=instalment.due_on,
            )
            for instalment in case_file.instalments.committed().order_by("rank")
        ),
        obligations=tuple(programme.obligations(case_file)),
        promises=tuple(
            Promise(label=promise.label, amount=promise.amount, years=promise.keep_within_years)
            for promise in programme.promises(case_file)
        ),
        engagement=_engagement(case_file, amount),
    )


def _engagement(case_file: CaseFile, amount: Decimal) -> Engagement | None:
    commitment = Commitment.objects.select_related("commune").filter(case_file=case_file).first()
    if commitment is None:
        return None
    starts_on = commitment.started_on or awarded(case_file).practice_starts_on(case_file)
    return Engagement(
        months=commitment.months,
        begins_by=commitment.begins_by,
        commune=commitment.commune.name if commitment.commune else "",
        starts_on=starts_on,
        repayments=repayment_rows(months=commitment.months, starts_on=starts_on, amount=amount),
    )


def store_agreement(case_file: CaseFile, terms: AgreementTerms, *, at: datetime) -> StoredFile:
    """Render the agreement and keep it for good."""
    return store_bytes(
        render_pdf(_TEMPLATE, agreement_data(case_file, terms, at=at)),
        name=f"convention-{case_file.reference}.pdf",
        content_type="application/pdf",
        at=at,
    )


def agreement_data(case_file: CaseFile, terms: AgreementTerms, *, at: datetime) -> dict[str, Any]:
    """What templates/awards/pdf/agreement.typ reads."""
    return {
        "reference": case_file.reference,
        "date": clock.paris_date(at),
        "sender": asdict(service()),
        "programme": programmes[case_file.programme].label,
        "beneficiary": terms.beneficiary,
        "address": terms.address.splitlines(),
        "amount": terms.amount,
        "by_vote": terms.route == "commission",
        "decided_on": terms.decided_on,
        "deliberation": terms.deliberation,
        "lines": [[row.label, row.detail, format_euros(row.amount)] for row in terms.lines],
        "instalments": [
            [
                row.label,
                format_date(row.on) if row.on else "Dès que les conditions sont remplies",
                row.detail or "Convention signée",
                format_euros(row.amount),
            ]
            for row in terms.instalments
        ],
        "obligations": list(terms.obligations),
        "promises": [asdict(promise) for promise in terms.promises],
        "engagement": terms.engagement and _engagement_data(terms.engagement),
        "rounding": ROUNDING,
        "court": settings.ADMINISTRATIVE_COURT,
    }


def _engagement_data(engagement: Engagement) -> dict[str, Any]:
    return {
        "duration": engagement.duration,
        "begins_by": engagement.begins_by,
        "commune": engagement.commune,
        "starts_on": engagement.starts_on,
        "repayments": [[row.label, format_euros(row.amount)] for row in engagement.repayments],
    }
