"""What a caseworker types to propose: the same questions for an aid and for each further year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from apps.casefiles.enums import Outcome
from apps.casefiles.proposals import why_not_reject
from apps.core.forms import CountedTextarea, MoneyField

LONGEST_REASON = 2000


class ProposalFields(forms.Form):
    """Grant an amount, or refuse with a reason. `why_not_grant` says which amounts are possible."""

    outcome = forms.ChoiceField(
        label="Que proposez-vous ?",
        choices=Outcome.choices,
        widget=forms.RadioSelect({"class": "inline"}),
        error_messages={"required": "Choisissez : accorder, ou refuser."},
    )
    amount = MoneyField(
        label="Montant", error_messages={"required": "Indiquez le montant proposé, en euros."}
    )
    reason = forms.CharField(
        label="Motif",
        help_text="Pour un refus, ou pour un autre montant que le montant calculé. "
        "Il figure dans la lettre.",
        max_length=LONGEST_REASON,
        required=False,
        widget=CountedTextarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("outcome") == Outcome.REJECT:
            self.fields["amount"].required = False

    def why_not_grant(self, amount: Decimal | None, *, reason: str) -> str:
        """Why this amount cannot be proposed, in French; "" when it can."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        reason = cleaned.get("reason", "")
        if cleaned.get("outcome") == Outcome.REJECT:
            cleaned["amount"] = None
            if refusal := why_not_reject(reason):
                self.add_error("reason", refusal)
        elif cleaned.get("outcome") == Outcome.GRANT and "amount" in cleaned:
            self._clean_grant(cleaned["amount"], reason)
        return cleaned

    def _clean_grant(self, amount: Decimal | None, reason: str) -> None:
        """The refusal stands beside what puts it right: the amount, or its explanation."""
        if refusal := self.why_not_grant(amount, reason=reason):
            would_explain = not self.why_not_grant(amount, reason="…")
            self.add_error("reason" if would_explain else "amount", refusal)
