"""What a resident is asked, and how slots are published in series."""

from __future__ import annotations

from typing import Any

from django import forms
from phonenumber_field.formfields import PhoneNumberField

from apps.core.dates import WEEKDAYS
from apps.core.forms import FrenchDateField
from apps.lookups.care_places.appointments import Resident, Series
from apps.lookups.care_places.models import Place
from apps.territory.forms import CommuneField

_LENGTHS = (10, 15, 20, 30, 45, 60)


class ResidentForm(forms.Form):
    """By an agent, on the phone: the address is optional."""

    name = forms.CharField(
        label="Nom et prénom",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Indiquez un nom."},
    )
    phone = PhoneNumberField(
        label="Téléphone",
        help_text="Le lieu appelle si le rendez-vous change.",
        region="FR",
        widget=forms.TextInput({"class": "w20", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={
            "required": "Indiquez un numéro de téléphone.",
            "invalid": "Ce numéro n’est pas complet, par exemple 06 12 34 56 78.",
        },
    )
    commune = CommuneField(
        label="Commune où habite la personne",
        help_text="Ces créneaux sont gardés pour les habitants du Loiret.",
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": "Indiquez votre adresse e-mail : le code y arrive.",
            "invalid": "Cette adresse e-mail n’est pas complète, par exemple nom@exemple.fr.",
        },
    )

    def resident(self) -> Resident:
        cleaned = self.cleaned_data
        return Resident(
            name=cleaned["name"],
            phone=str(cleaned["phone"]),
            commune=cleaned["commune"],
            email=cleaned["email"],
        )


class OwnAppointmentForm(ResidentForm):
    """By the resident: a code is sent to the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].label = "Votre commune"
        self.fields["email"].required = True
        self.fields["email"].help_text = "Un code y est envoyé, puis la confirmation."


class SeriesForm(forms.Form):
    """Slots in series: days of the week, hours, length."""

    practitioner = forms.CharField(
        label="Avec",
        max_length=80,
        required=False,
        help_text="« Dr Martin, médecine générale ». Vide : un professionnel du lieu.",
    )
    first_day = FrenchDateField(label="Premier jour")
    last_day = FrenchDateField(label="Dernier jour, compris")
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours de la semaine",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un jour."},
    )
    opens = forms.TimeField(
        label="De",
        widget=forms.TimeInput({"type": "time", "class": "w10"}, format="%H:%M"),
        error_messages={"required": "Indiquez l’heure du premier créneau."},
    )
    closes = forms.TimeField(
        label="À",
        widget=forms.TimeInput({"type": "time", "class": "w10"}, format="%H:%M"),
        error_messages={"required": "Indiquez l’heure de fin du dernier créneau."},
    )
    minutes = forms.TypedChoiceField(
        label="Durée d’un rendez-vous",
        choices=[(minutes, f"{minutes} minutes") for minutes in _LENGTHS],
        coerce=int,
        initial=20,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "Le dernier jour suit le premier.")
        if first and last and (last - first).days > 366:
            self.add_error("last_day", "Une série dure un an au plus.")
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "L’heure de fin suit l’heure de début.")
        return cleaned

    def series(self) -> Series:
        cleaned = self.cleaned_data
        return Series(
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            weekdays=frozenset(cleaned["weekdays"]),
            opens=cleaned["opens"],
            closes=cleaned["closes"],
            minutes=cleaned["minutes"],
        )


class NewSeriesForm(SeriesForm):
    """The same, for a place to choose."""

    place = forms.ModelChoiceField(
        label="Lieu",
        queryset=Place.objects.none(),
        error_messages={"required": "Choisissez le lieu."},
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places
        self.order_fields(["place", "practitioner"])
