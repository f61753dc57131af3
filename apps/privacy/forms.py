from __future__ import annotations

from typing import Any

from django import forms

from apps.core.forms import CountedTextarea
from apps.core.retention import Length, Unit
from apps.privacy.enums import PeriodUnit


class ErasureForm(forms.Form):
    """« Mes données »: the wish, with a word if the person likes."""

    message = forms.CharField(
        label="Un mot pour le guichet",
        required=False,
        max_length=2000,
        widget=CountedTextarea(attrs={"rows": 3}),
        help_text="N’écrivez rien sur votre santé.",
    )


class AnswerForm(forms.Form):
    """At the guichet: what is written to the person beside the list."""

    answer = forms.CharField(
        label="Réponse à la personne",
        required=False,
        max_length=4000,
        widget=CountedTextarea(attrs={"rows": 4}),
        help_text="La liste de ce qui est effacé et de ce qui est gardé part avec.",
    )


class PeriodForm(forms.Form):
    """A length that staff set; an empty number leaves it open, and nothing is erased."""

    length = forms.IntegerField(
        label="Durée",
        required=False,
        min_value=1,
        max_value=1200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w4"}),
        help_text="Vide : la durée n’est pas fixée, rien n’est effacé.",
        error_messages={"invalid": "Écrivez un nombre entier, par exemple 5."},
    )
    unit = forms.ChoiceField(
        label="Unité", choices=PeriodUnit.choices, widget=forms.RadioSelect({"class": "inline"})
    )
    source = forms.CharField(label="Texte ou décision qui la fixe", required=False, max_length=300)
    is_validated = forms.BooleanField(
        label="Validée par le délégué à la protection des données", required=False
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("is_validated") and not values.get("source"):
            self.add_error("source", "Dites quel texte ou quelle décision fixe cette durée.")
        return values

    @property
    def chosen_length(self) -> Length | None:
        """Of a valid form."""
        number = self.cleaned_data["length"]
        return Length(number=number, unit=Unit(self.cleaned_data["unit"])) if number else None

    @staticmethod
    def initial_of(length: Length | None, *, source: str, is_validated: bool) -> dict[str, Any]:
        return {
            "length": length.number if length else None,
            "unit": (length.unit if length else Unit.YEAR).value,
            "source": source,
            "is_validated": is_validated,
        }
