"""What the accountant types about payments and batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from apps.awards.batch_csv import Answer
from apps.awards.batches import line_identifier
from apps.awards.models import BatchLine
from apps.core.forms import FrenchDateField


class ExportForm(forms.Form):
    """`request_key` names the request: sent twice, it makes one batch."""

    execution_on = FrenchDateField(
        label="À exécuter le", help_text="Le jour demandé au payeur pour les virements."
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReturnUploadForm(forms.Form):
    sheet = forms.FileField(
        label="Fichier CSV complété par le payeur",
        help_text="Le fichier du bordereau, avec le numéro du payeur et la date du paiement de "
        "chaque ligne payée, ou le motif de rejet. Les lignes laissées vides attendent.",
        error_messages={"required": "Choisissez le fichier.", "empty": "Ce fichier est vide."},
    )


class AnswersForm(forms.Form):
    """The numbers of the treasury, line by line; the lines left empty wait."""

    use_required_attribute = False

    paid_on = FrenchDateField(
        label="Payés le", help_text="La même date pour toutes les lignes remplies."
    )

    def __init__(self, *args: Any, lines: Sequence[BatchLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"number_{line.pk}"] = forms.CharField(
                label=f"Numéro du payeur, {line.reference}",
                max_length=40,
                required=False,
                widget=forms.TextInput({"class": "w10", "autocomplete": "off"}),
            )

    def rows(self) -> list[tuple[BatchLine, forms.BoundField]]:
        return [(line, self[f"number_{line.pk}"]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = [cleaned.get(f"number_{line.pk}", "") for line in self.lines]
        given = [number for number in numbers if number]
        if not given:
            raise ValidationError("Indiquez le numéro d’un versement au moins.")
        for line, number in zip(self.lines, numbers, strict=True):
            if number and given.count(number) > 1:
                self.add_error(f"number_{line.pk}", "Ce numéro est indiqué deux fois.")
        return cleaned

    @property
    def answers(self) -> list[Answer]:
        """The lines of a valid form that have a number."""
        paid_on: date = self.cleaned_data["paid_on"]
        return [
            Answer(
                identifier=line_identifier(line.batch.number, line.rank),
                treasury_number=self.cleaned_data[f"number_{line.pk}"],
                paid_on=paid_on,
            )
            for line in self.lines
            if self.cleaned_data[f"number_{line.pk}"]
        ]
