"""What people type about an agreement and about the account that pays it."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.awards.forms import MoveForm
from apps.awards.iban import why_not_iban
from apps.core.forms import CountedTextarea, FrenchDateField
from apps.files.forms import UploadField


class SignedCopyForm(MoveForm):
    """The copy that came back, from the beneficiary or through an agent."""

    scan = UploadField(
        label="Convention signée",
        help_text="Toutes les pages en un seul fichier : PDF, ou photo. 10 Mo au plus.",
        error_messages={"required": "Joignez la convention signée."},
    )


class RefusalForm(MoveForm):
    reason = forms.CharField(
        label="Qu’est-ce qui ne va pas ?",
        help_text="La personne le lit : dites aussi comment y remédier.",
        max_length=2000,
        widget=CountedTextarea({"rows": 4}),
        error_messages={"required": "Dites ce qui ne va pas."},
    )


class ActivationForm(MoveForm):
    """The day of the last signature; a scan too, asked for when no copy waits to be checked."""

    signed_on = FrenchDateField(label="Date de la dernière signature")
    scan = UploadField(
        label="Convention signée",
        help_text="PDF ou photo, 10 Mo au plus.",
        error_messages={"required": "Joignez la convention signée."},
    )

    def __init__(self, *args: Any, has_copy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_copy:
            self.fields["scan"].required = False
            self.fields["scan"].label = "Exemplaire signé par les deux parties"
            self.fields[
                "scan"
            ].help_text = "S’il remplace celui du bénéficiaire. PDF ou photo, 10 Mo au plus."


class BankDetailsForm(forms.Form):
    """The account number is asked once: it is checked at once, and shown masked from then on."""

    iban = forms.CharField(
        label="IBAN",
        help_text="Il est sur votre RIB. Les espaces et les minuscules conviennent.",
        max_length=80,
        widget=forms.TextInput(
            {
                "class": "num",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": why_not_iban("")},
    )
    holder = forms.CharField(
        label="Titulaire du compte",
        help_text="Le nom écrit sur le RIB.",
        max_length=70,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Indiquez le titulaire du compte."},
    )
    rib = UploadField(
        label="RIB",
        help_text="PDF ou photo, 10 Mo au plus. Le guichet le compare à l’IBAN.",
        error_messages={"required": "Joignez votre RIB."},
    )

    def clean_iban(self) -> str:
        iban: str = self.cleaned_data["iban"]
        if reason := why_not_iban(iban):
            raise forms.ValidationError(reason)
        return iban


class PurposeForm(forms.Form):
    """Why an accountant opens an account number: read by those who watch."""

    purpose = forms.ChoiceField(
        label="Pourquoi ?",
        choices=[
            (purpose, purpose)
            for purpose in (
                "Comparer l’IBAN et le RIB",
                "Préparer ou contrôler un versement",
                "Répondre au bénéficiaire ou au payeur",
            )
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites pourquoi vous consultez ce compte."},
    )
