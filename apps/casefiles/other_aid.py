"""« Avez-vous une autre aide ? », and which one: several programmes ask it, each in its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Model


def other_aid_errors(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """What whoever has another aid must say, by field."""
    if cleaned.get("has_other_aid") and not cleaned.get("other_aid"):
        return {"other_aid": "Indiquez le nom de cette aide et son montant."}
    return {}


def required_other_aid(instance: Model) -> Sequence[str]:
    """For Task.required."""
    return ("has_other_aid", *(("other_aid",) if getattr(instance, "has_other_aid", None) else ()))


class BaseOtherAidForm(forms.ModelForm):
    """Page of a detail with the two fields `has_other_aid` and `other_aid`."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, reason in other_aid_errors(cleaned).items():
            self.add_error(name, reason)
        return cleaned
