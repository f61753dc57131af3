"""What a head types about the envelopes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from apps.awards.forms import ProgrammeYearForm
from apps.core.forms import CountedTextarea, FrenchDateField, MoneyField


class _VoteForm(forms.Form):
    """An amount, and the vote or the text that sets it."""

    amount = MoneyField(
        label="Montant",
        min_value=Decimal("0.01"),
        error_messages={
            "required": "Indiquez le montant.",
            "min_value": "Indiquez un montant au-dessus de zéro.",
        },
    )
    voted_on = FrenchDateField(label="Date du vote", required=False)
    deliberation = forms.CharField(
        label="Numéro de la délibération",
        max_length=60,
        required=False,
        widget=forms.TextInput({"class": "w20"}),
    )
    source = forms.CharField(
        label="Source",
        help_text="Si la date ou le numéro manquent : le texte publié qui donne ce montant.",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        voted_on = cleaned.get("voted_on")
        if voted_on and voted_on > self.on:
            self.add_error("voted_on", "Cette date est à venir : enregistrez le vote après.")
        cited = cleaned.get("source") or (voted_on and cleaned.get("deliberation"))
        if not cited and not {"voted_on", "source"} & self.errors.keys():
            self.add_error("source", "Donnez la date et la délibération, ou une source.")
        return cleaned


class BudgetForm(_VoteForm, ProgrammeYearForm):
    """The first vote of a year."""

    field_order = ("programme", "year", "amount", "voted_on", "deliberation", "source")


class AmendmentForm(_VoteForm):
    """What is added to an envelope, or taken back. `expected_votes`: those that were shown."""

    direction = forms.ChoiceField(
        label="Que change ce vote ?",
        choices=[("add", "Il augmente l’enveloppe"), ("remove", "Il la diminue")],
        widget=forms.RadioSelect({"class": "inline"}),
        error_messages={"required": "Dites si l’enveloppe augmente ou diminue."},
    )
    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=300,
        widget=CountedTextarea({"rows": 2}),
        error_messages={"required": "Dites pourquoi l’enveloppe change."},
    )
    expected_votes = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("direction", "amount", "reason", "voted_on", "deliberation", "source")

    def vote(self) -> dict[str, Any]:
        """The arguments of record_vote, from a valid form: the amount with its sign."""
        values = dict(self.cleaned_data)
        if values.pop("direction") == "remove":
            values["amount"] = -values["amount"]
        return values
