"""Periods as staff type and read them: a first day, and a last one if there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core.dates import format_date


def format_period(period: DateRange | None) -> str:
    """In words, the last day included; empty for none."""
    if period is None or not (period.lower or period.upper):
        return ""
    if period.upper is None:
        return f"depuis le {format_date(period.lower)}"
    last_day = format_date(period.upper - timedelta(days=1))
    return (
        f"du {format_date(period.lower)} au {last_day}" if period.lower else f"jusqu’au {last_day}"
    )


class PeriodWidget(forms.MultiWidget):
    """First and last day; the browser draws a calendar for each."""

    def __init__(self) -> None:
        days = [
            forms.DateInput({"type": "date", "aria-label": label}, format="%Y-%m-%d")
            for label in ("Premier jour", "Dernier jour compris")
        ]
        super().__init__(days)

    def decompress(self, value: DateRange | None) -> list[Any]:
        if value is None:
            return [None, None]
        return [value.lower, value.upper and value.upper - timedelta(days=1)]


class PeriodField(forms.MultiValueField):
    """Cleans to a DateRange whose upper bound is the day after the last one."""

    def __init__(self, **kwargs: Any) -> None:
        first = forms.DateField(error_messages={"incomplete": "Indiquez le premier jour."})
        last = forms.DateField(required=False)
        messages = {"required": "Indiquez le premier jour."} | kwargs.pop("error_messages", {})
        super().__init__(
            fields=(first, last),
            require_all_fields=False,
            widget=PeriodWidget(),
            error_messages=messages,
            **kwargs,
        )

    def compress(self, data_list: list[Any]) -> DateRange | None:
        first, last = data_list or (None, None)
        if first and last and last < first:
            raise ValidationError("Le dernier jour suit le premier.")
        return DateRange(first, last and last + timedelta(days=1)) if first else None
