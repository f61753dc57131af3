"""The one way forms are drawn: templates/django/forms/ (field, errors, summary)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Look for form templates in the project first, then in Django's own."""


class YesNoField(forms.TypedChoiceField):
    """« Oui » or « Non » as two radio buttons; cleans to a boolean. In addresses: oui, non."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", (("oui", "Oui"), ("non", "Non")))
        kwargs.setdefault("coerce", lambda value: value == "oui")
        kwargs.setdefault("empty_value", None)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return {True: "oui", False: "non"}.get(value, value)
