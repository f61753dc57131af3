"""What each programme asks in return, set by its head. An award keeps the terms of its day."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.awards.models import AwardTerms
from apps.casefiles.admin.reference import ProgrammeRowsAdmin
from apps.core.periods import PeriodField


class AwardTermsForm(forms.ModelForm):
    valid_during = PeriodField(
        label="En vigueur", help_text="Premier jour, puis dernier jour compris s’il y en a un."
    )

    class Meta:
        model = AwardTerms
        fields = (
            *("programme", "valid_during", "commitment_months"),
            *("start_within_months", "proof_every_months", "source"),
        )


@admin.register(AwardTerms)
class AwardTermsAdmin(ProgrammeRowsAdmin):
    """Terms are closed and others made: nothing is deleted, awards were granted by them."""

    form = AwardTermsForm
    list_display = (
        *("programme_label", "in_force", "commitment_months"),
        *("start_within_months", "proof_every_months", "source"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": AwardTermsForm.Meta.fields,
                "description": "Une durée vide n’est pas fixée : rien ne se calcule alors. "
                "Pour changer une règle, fermez la période en cours, puis ajoutez-en une. "
                "Une aide déjà accordée garde les règles du jour de sa décision.",
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
