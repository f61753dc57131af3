"""The agreement and the account on the beneficiary's page of their file."""

from __future__ import annotations

from django.urls import reverse

from apps.awards.bank_details import ASKED_LATER
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement, BankDetails
from apps.casefiles.enums import AWARDED_STATES, CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.sections import Action, Section, adds_section, joins

_A = AgreementStatus
# The label and the tone of the chip, in the beneficiary's words.
_CHIPS = {
    _A.PREPARED: ("En préparation", "info"),
    _A.SENT: ("À signer", "todo"),
    _A.RETURNED: ("En cours de vérification", "info"),
    _A.REFUSED: ("À signer de nouveau", "todo"),
    _A.SIGNED: ("Signée", "ok"),
}

joins("agreement", "bank_details")


@adds_section
def agreement_section(case_file: CaseFile) -> Section | None:
    """Where the agreement stands, and the masked account or when it is asked."""
    if case_file.state not in AWARDED_STATES or case_file.channel == Channel.ARCHIVE:
        return None
    agreement: Agreement | None = getattr(case_file, "agreement", None)
    details: BankDetails | None = getattr(case_file, "bank_details", None)
    label, tone = _CHIPS[_A(agreement.status) if agreement else _A.PREPARED]
    may_be_given = case_file.state in (CaseFileState.GRANTED, CaseFileState.ACTIVE)
    is_signed = agreement is not None and agreement.is_signed_by_beneficiary
    is_asked = details is None and may_be_given and is_signed
    return Section(
        template="awards/_agreement.html",
        context={
            "agreement": agreement,
            "label": label,
            "tone": tone,
            "details": details,
            "shows_account": details is not None or may_be_given,
            "is_asked": is_asked,
            "asked_later": ASKED_LATER,
        },
        actions=tuple(
            Action(label=label, url=reverse(f"awards:{page}", args=[case_file.reference]))
            for is_due, label, page in (
                (agreement and agreement.is_awaited, "Signer ma convention", "agreement"),
                (is_asked, "Donner mes coordonnées bancaires", "bank_details"),
            )
            if is_due
        ),
    )
