"""What is typed about commitments, promises and what comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.awards.enums import PauseKind
from apps.core.forms import CountedTextarea, FrenchDateField, MoneyField
from apps.files.forms import ACCEPT
from apps.files.validators import CheckedUpload, check_upload
from apps.lookups.supervisors.models import Supervisor
from apps.territory.forms import CommuneField

_LONGEST_TEXT = 2000


class FirstDayForm(forms.Form):
    started_on = FrenchDateField(
        label="Premier jour d’exercice", help_text="Celui qui est constaté, pas celui annoncé."
    )


class PauseForm(forms.Form):
    """The kind only: no certificate is asked, and nothing about anybody’s health."""

    first_day = FrenchDateField(label="Premier jour de la pause")
    last_day = FrenchDateField(
        label="Dernier jour de la pause",
        help_text="Vide si la fin n’est pas connue.",
        required=False,
    )
    kind = forms.ChoiceField(
        label="Raison",
        help_text="Ne demandez aucun certificat médical.",
        choices=PauseKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une raison."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", ValidationError("Le dernier jour suit le premier."))
        return cleaned


class PauseDaysForm(PauseForm):
    """Another end, or righted days: the kind stays."""

    kind = None  # type: ignore[assignment] # Django's way to leave a field out


class TransferForm(forms.Form):
    commune = CommuneField(
        label="Nouvelle commune",
        help_text="Une commune du Loiret. Hors du Loiret, l’engagement est rompu.",
    )
    since = FrenchDateField(label="Depuis le")


class FulfilForm(forms.Form):
    comment = forms.CharField(
        label="Commentaire",
        help_text="Nécessaire si aucune durée n’est fixée. Reste au guichet.",
        max_length=_LONGEST_TEXT,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )


class ProofForm(forms.Form):
    """One file: a paper of the Order, of an employer, of a faculty."""

    file = forms.FileField(
        label="Fichier",
        help_text="PDF ou photo, 10 Mo au plus.",
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"required": "Choisissez un fichier."},
    )

    def clean_file(self) -> CheckedUpload:
        return check_upload(self.cleaned_data["file"])


class KeepPromiseForm(forms.Form):
    supervisor = forms.ModelChoiceField(
        label="Au registre des maîtres de stage",
        help_text="Ajoutez d’abord la personne au registre si elle n’y est pas.",
        queryset=Supervisor.objects.order_by("last_name", "first_name"),
        empty_label="Pas encore au registre",
        required=False,
    )


class StopForm(forms.Form):
    """« Si l’engagement s’arrêtait le … »: a day, in the address of the page."""

    on = FrenchDateField(label="Si l’engagement s’arrêtait le")


class TerminationForm(forms.Form):
    """`shown`: the amount read before agreeing; another one since then is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    shown = forms.DecimalField(widget=forms.HiddenInput, required=False)
    amount = MoneyField(
        label="Montant à rembourser",
        help_text="À vous de le fixer, entre 0 et ce qui est versé.",
        error_messages={"required": "Indiquez le montant à rembourser, ou 0."},
    )
    comment = forms.CharField(
        label="Motif",
        help_text="La personne le lit, et il figure dans l’ordre de reversement.",
        max_length=_LONGEST_TEXT,
        widget=CountedTextarea({"rows": 4}),
        error_messages={"required": "Dites pourquoi la convention est rompue."},
    )

    def __init__(self, *args: Any, asks_amount: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_amount:
            del self.fields["amount"]

    def show(self, amount: Decimal | None) -> None:
        """The amount drawn above has changed: agreeing to it now is agreeing to that one."""
        self.data = {**self.data.dict(), "shown": "" if amount is None else str(amount)}  # type: ignore[attr-defined]


class RepaidForm(forms.Form):
    paid_on = FrenchDateField(label="Date du remboursement")
    treasury_number = forms.CharField(
        label="Numéro du payeur",
        max_length=40,
        widget=forms.TextInput({"class": "w20"}),
        error_messages={"required": "Indiquez le numéro du payeur."},
    )


def stop_day(form: StopForm, usual: date) -> date:
    """The day asked for, or the usual one while nothing good was typed."""
    if form.is_bound and form.is_valid():
        day: date = form.cleaned_data["on"]
        return day
    return usual
