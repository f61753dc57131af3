"""What a third person types, and what agents type about it."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.awards.attestations import Presences
from apps.awards.enums import Presence
from apps.core.forms import CountedTextarea, MoneyField
from apps.files.validators import CheckedUpload, check_upload

MOST_DAYS = 30
_LONGEST_COMMENT = 500


class AnswerForm(forms.Form):
    """The three answers for a month, in the order of the page."""

    presence = forms.ChoiceField(
        label="Cette personne était-elle présente ?",
        choices=[
            (Presence.WHOLE.value, "Oui, tout le temps"),
            (Presence.PART.value, "Une partie du temps"),
            (Presence.ABSENT.value, "Non, pas du tout"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une des trois réponses."},
    )
    days = forms.IntegerField(
        label="Si c’est une partie : combien de jours ?",
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "class": "w4", "autocomplete": "off"}),
        error_messages={
            "invalid": "Écrivez un nombre de jours, par exemple 12.",
            "min_value": f"Le nombre de jours va de 1 à {MOST_DAYS}.",
            "max_value": f"Le nombre de jours va de 1 à {MOST_DAYS}.",
        },
    )
    comment = forms.CharField(
        label="Commentaire",
        help_text="Pour le guichet. N’écrivez rien sur la santé d’une personne.",
        max_length=_LONGEST_COMMENT,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Days go with a part of the month, and with nothing else."""
        cleaned = super().clean() or self.cleaned_data
        presence, days = cleaned.get("presence"), cleaned.get("days")
        if presence == Presence.PART and days is None and "days" not in self.errors:
            self.add_error("days", "Indiquez le nombre de jours de présence.")
        elif presence and presence != Presence.PART and days is not None:
            self.add_error("days", "Choisissez « Une partie du temps », ou laissez ce champ vide.")
        return cleaned

    @property
    def answer(self) -> Presences:
        """Of a valid form."""
        return Presences(
            presence=Presence(self.cleaned_data["presence"]),
            days=self.cleaned_data["days"],
            comment=self.cleaned_data["comment"],
        )


class PresenceForm(AnswerForm):
    """One month, answered on the page of a link."""

    month = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "Rechargez la page.", "invalid": "Rechargez la page."},
    )


class PaperForm(AnswerForm):
    """The same answers, read on a paper that an agent received."""

    given_by = forms.CharField(label="Signée par", max_length=160)
    scan = forms.FileField(
        label="Attestation signée, numérisée", help_text="PDF, JPEG, PNG ou HEIC, 10 Mo au plus."
    )

    def clean_scan(self) -> CheckedUpload:
        return check_upload(self.cleaned_data["scan"])


class SettlementForm(forms.Form):
    amount = MoneyField(label="Montant à verser pour ce mois")
    reason = forms.CharField(
        label="Pourquoi ce montant",
        help_text="La personne le lit dans l’histoire de son dossier.",
        max_length=_LONGEST_COMMENT,
        widget=CountedTextarea,
        error_messages={"required": "Dites pourquoi ce montant."},
    )


class AttesterForm(forms.Form):
    name = forms.CharField(label="Prénom et nom", max_length=160)
    email = forms.EmailField(
        label="Adresse e-mail",
        error_messages={"invalid": "Cette adresse e-mail n’est pas complète."},
    )
    capacity = forms.CharField(
        label="Qualité", help_text="Par exemple : tuteur de stage.", max_length=80
    )
