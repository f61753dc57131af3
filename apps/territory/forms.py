"""CommuneField: how every form of the portal asks for a commune.

One text box that takes a name, a postcode or an INSEE code. Where several communes answer, the
box is drawn again with radio buttons below it, so nothing depends on a script; suggestions while
typing come from static/js/commune-field.js.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy

from apps.core.compiled import Asked, rows
from apps.territory.models import Commune
from apps.territory.search import (
    CANDIDATES_SHOWN,
    Match,
    communes_answering,
    communes_of_code,
    match_of,
    only_answer,
)

_CODE = re.compile(r"\d{5}", re.ASCII)


@dataclass(frozen=True)
class CommuneBoxContent:
    """What the box shows: its text, and the communes to choose from."""

    text: str
    candidates: Sequence[Commune] = ()

    def __str__(self) -> str:
        return self.text


class CommuneInput(forms.TextInput):
    template_name = "territory/commune_input.html"

    class Media:
        js = (forms.Script("js/commune-field.js", defer=True),)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """The radio button chosen, if any, else what was typed: both bear the same name."""
        values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        return next((value for value in reversed(values) if value), None)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["candidates"] = getattr(value, "candidates", ())
        return context


class CommuneBoundField(BoundField):
    def value(self) -> CommuneBoxContent:  # type: ignore[override]
        """The commune once it is known, else what was typed with the communes that answer it."""
        if not self.form.is_bound:
            return CommuneBoxContent(_label(self.initial))
        candidates = [
            commune
            for error in self.form.errors.as_data().get(self.name, ())
            for commune in (error.params or {}).get("candidates", ())
        ]
        known = self.form.cleaned_data.get(self.name)
        return CommuneBoxContent(known.label if known else self.data or "", candidates)


class CommuneField(forms.CharField):
    """Cleans to a Commune, or to None when it is not required and left empty."""

    widget = CommuneInput
    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Indiquez la commune ou son code postal.",
        "unknown": (
            "Aucune commune du Loiret ne répond à « %(typed)s ». "
            "Vérifiez l’orthographe, ou tapez son code postal, par exemple 45000."
        ),
        "ambiguous": "Plusieurs communes répondent à « %(typed)s ». Choisissez la bonne.",
        "misspelled": "Aucune commune ne s’écrit « %(typed)s ». Choisissez la bonne.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Commune")
        kwargs.setdefault("help_text", "Son nom ou son code postal.")
        super().__init__(max_length=100, empty_value=None, **kwargs)

    def clean(self, value: Any) -> Commune | None:  # type: ignore[override]
        """1 query. Raises ValidationError; « ambiguous » carries the candidates in its params."""
        if isinstance(value, Commune):
            return value
        typed = super().clean(value)
        if typed is None:
            return None
        found = communes_answering(typed)
        if commune := only_answer(found):
            return commune
        if not found:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"typed": typed}
            )
        wording = "misspelled" if match_of(found[0]) == Match.SIMILAR else "ambiguous"
        raise ValidationError(
            self.error_messages[wording],
            code="ambiguous",
            params={"typed": typed, "candidates": found},
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _label(initial) != (data or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "data-suggestions": reverse_lazy("territory:suggestions"),
            # The browser's own list would cover ours.
            "autocomplete": "off",
            "spellcheck": "false",
        }

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return CommuneBoundField(form, self, field_name)


class InseeFirstCommuneField(CommuneField):
    """In an address the value is an INSEE code: it wins over a postcode with the same digits."""

    def clean(self, value: Any) -> Commune | None:  # type: ignore[override]
        """1 query for what is right, whose SQL is built once a code: addresses are asked again."""
        typed = "" if isinstance(value, Commune) else str(value or "").strip()
        if _CODE.fullmatch(typed):
            found = [_commune(*values) for values in rows(_answering, typed)]
            of_code = (commune for commune in found if commune.pk == typed)
            if commune := next(of_code, None) or only_answer(found):
                return commune
        return super().clean(value)


def code_asked(typed: str) -> list[Asked]:
    """What the field asks of a code, to be read with other facts (core.compiled)."""
    return [(_answering, (typed,))] if _CODE.fullmatch(typed) else []


def _answering(code: str) -> QuerySet[Commune, Any]:
    found: QuerySet[Commune, Any] = communes_of_code(code).values_list("match", *_columns())
    return found[:CANDIDATES_SHOWN]


def _columns() -> list[str]:
    return [field.attname for field in Commune._meta.concrete_fields]  # noqa: SLF001 - documented


def _commune(match: int, *values: Any) -> Commune:
    """The row of _answering, as the search gives it."""
    commune = Commune.from_db(None, _columns(), values)
    commune.match = match
    return commune


def _label(initial: Any) -> str:
    """Text for an initial value: a Commune, its INSEE code (as model forms give), or nothing."""
    commune = initial
    if initial and not isinstance(initial, Commune):
        commune = Commune.objects.filter(pk=initial).first()
    return commune.label if commune else ""
