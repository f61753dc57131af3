"""What beneficiaries send each year, and what the guichet answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from apps.awards.enums import StudySituation
from apps.awards.models import Renewal
from apps.awards.renewal_decisions import renewal_breakdown, why_not_renew
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.programmes import programmes
from apps.casefiles.proposal_forms import ProposalFields
from apps.core import clock
from apps.core.forms import CountedTextarea, FrenchDateField
from apps.files.validators import CheckedUpload, check_upload

_LONGEST_TEXT = 2000


class SituationForm(forms.Form):
    """Whether the studies go on, and the paper that shows it."""

    situation = forms.ChoiceField(
        label="Où en êtes-vous ?",
        choices=StudySituation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites où vous en êtes."},
    )
    graduated_on = FrenchDateField(
        label="Date du diplôme", help_text="Si vous l’avez obtenu.", required=False
    )
    certificate = forms.FileField(
        help_text="Certificat, diplôme ou attestation d’arrêt. PDF ou photo, 10 Mo au plus.",
        error_messages={"required": "Joignez le justificatif."},
    )

    def __init__(self, *args: Any, renewal: Renewal, certificate_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificate"].label = certificate_label
        self.fields["certificate"].required = renewal.certificate_id is None

    @property
    def continues(self) -> bool:
        """Whether the programme's questions are to be answered."""
        known = self.data.get("situation") if self.is_bound else ""
        return known not in (StudySituation.GRADUATED, StudySituation.STOPPED)

    def clean_certificate(self) -> CheckedUpload | None:
        upload = self.cleaned_data["certificate"]
        return check_upload(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "graduated_on" in cleaned and cleaned.get("situation") == StudySituation.GRADUATED:
            if cleaned["graduated_on"] is None:
                self.add_error("graduated_on", "Indiquez la date du diplôme.")
            elif cleaned["graduated_on"] > clock.today():
                self.add_error("graduated_on", "Cette date est à venir.")
        else:
            cleaned["graduated_on"] = None
        return cleaned


class ReasonForm(forms.Form):
    """One text that the person reads."""

    reason = forms.CharField(
        label="Pourquoi ?",
        help_text="La personne le lit.",
        max_length=_LONGEST_TEXT,
        widget=CountedTextarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi : la personne le lit."},
    )


class CommentForm(forms.Form):
    """One text that stays at the guichet."""

    comment = forms.CharField(
        label="Pourquoi ?",
        help_text="Reste au guichet.",
        max_length=_LONGEST_TEXT,
        widget=CountedTextarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi."},
    )


class ProposalForm(ProposalFields):
    """Grant an amount for the year, or refuse with a reason."""

    def __init__(self, *args: Any, renewal: Renewal, **kwargs: Any) -> None:
        self.renewal, self.breakdown = renewal, renewal_breakdown(renewal)
        super().__init__(*args, **({"initial": {"amount": self.breakdown.total}} | kwargs))
        self.fields["amount"].label = "Montant pour l’année"

    def why_not_grant(self, amount: Decimal | None, *, reason: str) -> str:
        return why_not_renew(self.renewal, self.breakdown, amount, reason=reason)


class DecisionForm(forms.Form):
    """When it was decided, and by which deliberation for a programme that the commission votes."""

    decided_on = FrenchDateField(label="Date de la décision")
    deliberation = forms.CharField(
        label="Numéro de la délibération",
        max_length=60,
        required=False,
        widget=forms.TextInput({"class": "w20"}),
    )

    def __init__(self, *args: Any, renewal: Renewal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if programmes[renewal.case_file.programme].decided_by == DecisionRoute.COMMISSION:
            field = self.fields["deliberation"]
            field.required = True
            field.error_messages["required"] = "Indiquez le numéro de la délibération."
        else:
            del self.fields["deliberation"]

    def clean_decided_on(self) -> date:
        return _past(self.cleaned_data["decided_on"])


class RefusalForm(DecisionForm):
    """The same, with the reason that the person reads."""

    reason = forms.CharField(
        label="Motif",
        help_text="La personne le lit dans sa lettre.",
        max_length=_LONGEST_TEXT,
        widget=CountedTextarea({"rows": 3}),
        error_messages={"required": "Dites pourquoi : la personne le lit."},
    )
    field_order = ("reason", "decided_on", "deliberation")


class GraduationForm(forms.Form):
    graduated_on = FrenchDateField(label="Date du diplôme")

    def clean_graduated_on(self) -> date:
        return _past(self.cleaned_data["graduated_on"])


def _past(day: date) -> date:
    if day > clock.today():
        raise forms.ValidationError("Cette date est à venir.")
    return day
