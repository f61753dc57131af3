"""What students and hosts fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.forms import CountedTextarea, FrenchDateField, MoneyField
from apps.files.forms import UploadField
from apps.files.validators import CheckedUpload
from apps.lookups.housing.models import Amenity, Room
from apps.lookups.housing.photos import why_not_photo


class StayForm(forms.Form):
    """From one day to another; `during` is what the database keeps."""

    du = FrenchDateField(label="Premier jour")
    au = FrenchDateField(label="Dernier jour")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and last < first:
            self.add_error("au", "Le dernier jour suit le premier.")
        return cleaned

    @property
    def during(self) -> DateRange:
        """Of a valid form."""
        return DateRange(self.cleaned_data["du"], self.cleaned_data["au"] + date.resolution)


class AskForm(StayForm):
    note = forms.CharField(
        label="Un mot à l’hôte",
        help_text="Vos études, votre lieu de stage. Rien sur votre santé.",
        max_length=300,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )


class VisitorForm(AskForm):
    """Noted by an agent, for somebody who stands in front of them."""

    name = forms.CharField(label="Prénom et nom", max_length=160)
    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="La réponse y est envoyée. Avec un compte à cette adresse, la personne suit "
        "sa demande dans son espace.",
    )
    field_order = ("name", "email", "du", "au", "note")


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Un mot à l’étudiant",
        max_length=300,
        required=False,
        widget=CountedTextarea({"rows": 3}),
    )


class RoomForm(forms.ModelForm):
    monthly_price = MoneyField(
        label="Prix par mois",
        help_text="Charges comprises. 0 : gratuit. Vide : vous ne le dites pas.",
        required=False,
        max_digits=7,
    )
    amenities = forms.MultipleChoiceField(
        label="Équipements",
        choices=Amenity.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Room
        fields = ("name", "monthly_price", "amenities")


class PhotoForm(forms.Form):
    picture = UploadField(label="Photo", help_text="JPEG, PNG ou HEIC, 10 Mo au plus.")
    alt = forms.CharField(
        label="Que voit-on sur la photo ?",
        help_text="Pour les personnes qui ne la voient pas : « Chambre claire, lit double ».",
        max_length=200,
        error_messages={"required": "Décrivez la photo en quelques mots."},
    )

    def clean_picture(self) -> CheckedUpload:
        upload: CheckedUpload = self.cleaned_data["picture"]
        if reason := why_not_photo(upload):
            raise ValidationError(reason)
        return upload
