"""What changed since last year, in words. Pure: forms and plain values, no ORM query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from django import forms

from apps.core.forms import YesNoField


class ComparedAnswer(TypedDict):
    """One question: last year's answer, this year's, and whether they differ."""

    label: str
    before: str
    after: str
    changed: bool


def in_words(field: forms.Field, value: Any) -> str:
    """An answer as people read it; empty for none."""
    if value is None or value == "":
        return ""
    if isinstance(field, YesNoField):
        return "Oui" if value else "Non"
    if isinstance(field, forms.ChoiceField):
        labels: dict[Any, str] = dict(field.choices)  # type: ignore[arg-type]
        return str(labels.get(value, value))
    return str(value)


def compare(
    fields: Mapping[str, forms.Field], *, former: Mapping[str, Any], answers: Mapping[str, Any]
) -> list[ComparedAnswer]:
    """Every question in order; those without an answer in either year are left out."""
    rows = []
    for name, field in fields.items():
        before, after = in_words(field, former.get(name)), in_words(field, answers.get(name))
        if before or after:
            rows.append(
                ComparedAnswer(
                    label=str(field.label or name),
                    before=before,
                    after=after,
                    changed=before != after,
                )
            )
    return rows
