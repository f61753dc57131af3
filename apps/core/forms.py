"""Fields for what people type in French, and the one way forms are drawn.

Every form is drawn by templates/django/forms/ (field, errors, widgets): label, hint and error
tied to the control, « (facultatif) » rather than stars, choices as cards. Write the form's tag
with `novalidate`: the server's sentences say more than the browser's bubbles.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict

from apps.core.dates import MONTHS
from apps.core.money import NO_BREAK_SPACE

_DATE_SEPARATORS = re.compile(r"[\s/.-]+")
_LONGEST_PART = 40
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


class PortalFormRenderer(TemplatesSetting):
    """Look for form templates in the project first, then in Django's own."""


class FrenchDateInput(forms.MultiWidget):
    """Three boxes, day, month and year: `<name>_jour`, `<name>_mois`, `<name>_annee`.

    Native date inputs are avoided: their order follows the browser's language, not the page's,
    and a far year takes dozens of gestures on a phone. One ISO date under the plain name is
    understood too, so that an address with `?date=2023-06-01` can be shared.
    """

    template_name = "django/forms/widgets/french_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        short = {"inputmode": "numeric", "autocomplete": "off", "class": "w2"}
        super().__init__(
            {
                "jour": forms.TextInput(short),
                "mois": forms.TextInput(short),
                "annee": forms.TextInput(short | {"class": "w4"}),
            },
            attrs,
        )

    def decompress(self, value: date | str | None) -> list[str]:
        if not value:
            return ["", "", ""]
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            return [str(value), "", ""]  # shown again as typed
        return [str(day.day), str(day.month), str(day.year)]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        if name in data:
            return self.decompress(data[name])
        return [part or "" for part in super().value_from_datadict(data, files, name)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and super().value_omitted_from_data(data, files, name)

    def id_for_label(self, id_: str) -> str:
        """The day's box: where a link from the error summary leads."""
        return f"{id_}_0" if id_ else id_


class FrenchDateField(forms.Field):
    """Cleans to a `date`. Forgives « 3 juin 27 » and a whole « 03/06/2027 » in the first box.

    A year of two digits is of this century. Refuses with the part that is wrong; what was typed
    is shown again.
    """

    widget = FrenchDateInput
    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": f"Indiquez la date, par exemple 14{NO_BREAK_SPACE}2{NO_BREAK_SPACE}2027.",
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        parts = [str(part).strip()[:_LONGEST_PART] for part in value]
        if not any(parts[1:]) and len(whole := _DATE_SEPARATORS.split(parts[0])) == 3:
            parts = whole
        if not any(parts):
            return None
        _refuse_missing_parts(parts)
        return _existing_date(_day(parts[0]), _month(parts[1]), _year(parts[2]))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or None)
        except ValidationError:
            return True


def _refuse_missing_parts(parts: Sequence[str]) -> None:
    names = ("le jour", "le mois", "l’année")
    missing = [name for name, part in zip(names, parts, strict=True) if not part]
    if missing:
        raise ValidationError(f"Indiquez aussi {' et '.join(missing)}.", code="incomplete")


def _day(typed: str) -> int:
    number = int(typed) if typed.isdecimal() else 0
    if not 1 <= number <= 31:
        raise ValidationError("Le jour est un nombre de 1 à 31.", code="day")
    return number


def _month(typed: str) -> int:
    """1 to 12, or a name, or the first letters of one name: « 6 », « juin », « févr. »."""
    letters = _plain(typed).rstrip(".")
    named = [
        number
        for number, name in enumerate(MONTHS, start=1)
        if len(letters) >= 3 and _plain(name).startswith(letters)
    ]
    if len(named) == 1:
        return named[0]
    number = int(typed) if typed.isdecimal() else 0
    if not 1 <= number <= 12:
        raise ValidationError("Le mois est un nombre de 1 à 12, ou son nom.", code="month")
    return number


def _plain(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _year(typed: str) -> int:
    number = int(typed) if typed.isdecimal() else 0
    if len(typed) == 2 and typed.isdecimal():
        return 2000 + number
    if len(typed) != 4 or not number:
        raise ValidationError("Écrivez l’année en quatre chiffres, par exemple 2027.", code="year")
    if not 1900 <= number <= 2199:
        raise ValidationError("Vérifiez l’année : elle va de 1900 à 2199.", code="year")
    return number


def _existing_date(day: int, month: int, year: int) -> date:
    last = monthrange(year, month)[1]
    if day > last:
        raise ValidationError(
            f"Le {day} {MONTHS[month - 1]} {year} n’existe pas : ce mois compte {last} jours.",
            code="nonexistent",
        )
    return date(year, month, day)


class MoneyInput(forms.TextInput):
    """Text, not a number: spaces and a comma are how amounts are written in French."""

    template_name = "django/forms/widgets/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {"inputmode": "decimal", "autocomplete": "off", "class": "w10 num"}
        super().__init__(defaults | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal):
            value = f"{value:.2f}" if value % 1 else f"{value:.0f}"
            return value.replace(".", ",")
        return super().format_value(value)


class MoneyField(forms.DecimalField):
    """Cleans to `Decimal` euros, to the cent. Forgives « 1 250,50 € »; nothing below zero."""

    widget = MoneyInput
    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Indiquez un montant, ou 0.",
        "invalid": "Écrivez un montant en euros, par exemple 1250 ou 1250,50.",
        "max_decimal_places": "Au plus deux chiffres après la virgule, par exemple 1250,50.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"min_value": 0, "max_digits": 12, "decimal_places": 2} | kwargs))

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # stubs say int
        if isinstance(value, str) and value.strip():
            value = re.sub(r"\s|€|euros?$", "", value.strip(), flags=re.IGNORECASE)
            value = value.replace(",", ".")
            if not _AMOUNT.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # min, max and step are for number inputs


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons, `oui` and `non`, none chosen beforehand. Cleans to a bool, or None."""

    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Répondez par oui ou par non.",
    }

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "choices": [("oui", "Oui"), ("non", "Non")],
            "coerce": lambda answer: answer == "oui",
            "empty_value": None,
            "widget": forms.RadioSelect({"class": "inline"}),
        }
        super().__init__(**(defaults | kwargs))

    def prepare_value(self, value: Any) -> Any:
        return {True: "oui", False: "non"}.get(value, value)


class CountedTextarea(forms.Textarea):
    """Text with a limit shown below it, counted down by static/js/count.js.

    The limit is the field's `max_length`. The browser does not cut what is pasted: people see
    what is too much, and the server says so.
    """

    template_name = "django/forms/widgets/counted_textarea.html"

    class Media:
        js = (forms.Script("js/count.js", defer=True),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget_attrs = context["widget"]["attrs"]
        limit = widget_attrs.pop("maxlength", None)
        context["widget"]["limit"] = limit
        if limit and "id" in widget_attrs:
            described = f"{widget_attrs.get('aria-describedby', '')} {widget_attrs['id']}_count"
            widget_attrs["aria-describedby"] = described.strip()
        return context


def retyped(data: QueryDict, **changes: str) -> QueryDict:
    """What was typed, with other values for some names: a form shown again keeps the rest."""
    changed = data.copy()
    for name, value in changes.items():
        changed[name] = value
    return changed
