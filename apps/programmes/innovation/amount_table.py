"""A table of amounts, one column a year: drawn as plain inputs, typed without any script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.core.forms import MoneyField, MoneyInput
from apps.programmes.innovation.budget import BudgetRow
from apps.programmes.innovation.choices import LONGEST

YEARS = range(1, LONGEST + 1)
LONGEST_LABEL = 120
LARGEST = Decimal(10_000_000)  # euros: beyond, it is a slip of the finger

# What is in a table: for each of its parts, its rows.
AmountRows = dict[str, tuple[BudgetRow, ...]]


@dataclass(frozen=True, kw_only=True)
class TablePart:
    """One part of the table: `rows` lines to fill, or one line named beforehand."""

    key: str
    title: str
    row_label: str  # « Dépense »: each line is « Dépense 2, année 1 » to a screen reader
    rows: int
    named: str = ""


class AmountTable(forms.Widget):
    """Inputs `<name>_<part>_<row>_label` and `<name>_<part>_<row>_<year>`."""

    template_name = "programmes/innovation/amount_table.html"
    use_fieldset = True

    def __init__(self, parts: Sequence[TablePart]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> dict[str, list[list[str]]]:
        """What was typed: for each part, rows of label then amounts."""
        return {
            part.key: [
                [
                    str(data.get(f"{name}_{part.key}_{row}_{column}") or "").strip()
                    for column in ("label", *YEARS)
                ]
                for row in range(part.rows)
            ]
            for part in self.parts
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}_") for key in data)

    def id_for_label(self, id_: str) -> str:
        """The first box: where a link from the error summary leads."""
        first = self.parts[0]
        return f"{id_}_{first.key}_0_{'1' if first.named else 'label'}" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = value if _is_typed(value) else _as_typed(value or {})
        context["widget"]["years"] = YEARS
        context["widget"]["parts"] = [
            {"part": part, "rows": self._rows(name, part, typed.get(part.key, []))}
            for part in self.parts
        ]
        return context

    def _rows(
        self, name: str, part: TablePart, typed: Sequence[Sequence[str]]
    ) -> list[dict[str, Any]]:
        rows = []
        for number in range(part.rows):
            cells = typed[number] if number < len(typed) else [""] * (1 + LONGEST)
            prefix = f"{name}_{part.key}_{number}"
            said = part.named or f"{part.row_label} {number + 1}"
            rows.append(
                {
                    "label": {
                        "name": f"{prefix}_label",
                        "value": cells[0],
                        "said": f"{said}, intitulé",
                    },
                    "cells": [
                        {
                            "name": f"{prefix}_{year}",
                            "value": cells[year],
                            "said": f"{said}, année {year}, en euros",
                        }
                        for year in YEARS
                    ],
                }
            )
        return rows


def _is_typed(value: Any) -> bool:
    """Whether these are boxes as typed, and not rows of amounts."""
    return isinstance(value, dict) and all(isinstance(rows, list) for rows in value.values())


def _as_typed(rows: Mapping[str, Sequence[BudgetRow]]) -> dict[str, list[list[str]]]:
    money = MoneyInput()
    return {
        key: [
            [row.label, *(money.format_value(amount) or "" if amount else "" for amount in amounts)]
            for row in part
            for amounts in (row.amounts,)
        ]
        for key, part in rows.items()
    }


class AmountTableField(forms.Field):
    """Cleans to AmountRows, or None when every box is empty. Empty lines are left out."""

    default_error_messages = {  # noqa: RUF012 - the name and the type are Django's
        "required": "Remplissez au moins une ligne du tableau.",
    }

    def __init__(self, *, parts: Sequence[TablePart], **kwargs: Any) -> None:
        super().__init__(widget=AmountTable(parts), **kwargs)
        self.parts = parts

    def to_python(self, value: Any) -> AmountRows | None:
        if not value or not _is_typed(value):
            return value or None
        errors: list[str] = []
        rows = {
            part.key: tuple(
                row
                for number, cells in enumerate(value[part.key], start=1)
                if (row := _row(part, number, cells, errors)) is not None
            )
            for part in self.parts
        }
        if errors:
            raise ValidationError(errors)
        return rows if any(rows.values()) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or None)
        except ValidationError:
            return True


def _row(part: TablePart, number: int, cells: Sequence[str], errors: list[str]) -> BudgetRow | None:
    label, typed = part.named or cells[0], cells[1:]
    if not any(typed) and (part.named or not label):
        return None
    said = part.named or f"{part.row_label} {number}"
    if not label:
        errors.append(f"{said} : donnez-lui un intitulé.")
    if len(label) > LONGEST_LABEL:
        errors.append(f"{said} : un intitulé compte {LONGEST_LABEL} caractères au plus.")
    amounts = []
    for year, text in zip(YEARS, typed, strict=True):
        try:
            amounts.append(_MONEY.clean(text) or Decimal(0))
        except ValidationError as error:
            errors.append(f"{said}, année {year} : {' '.join(error.messages)}")
    return BudgetRow(label=label, amounts=tuple(amounts))


_MONEY = MoneyField(required=False, max_value=LARGEST)
