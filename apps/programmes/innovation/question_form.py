"""The page of a call's own questions, built from the version that a file answers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms

from apps.core.forms import CountedTextarea
from apps.programmes.innovation.amount_table import AmountTableField, TablePart
from apps.programmes.innovation.budget import BudgetRow
from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.models import ProposalDetail
from apps.programmes.innovation.questions import QuestionFact

_SHORT, _LONG = 200, 3000
_TABLE = "tableau"
_KEPT_AT_MOST = 32


class FrenchNumberField(forms.DecimalField):
    """« 1 250,5 »: spaces and a comma, as people write. Cleans to Decimal."""

    default_error_messages = {"invalid": "Écrivez un nombre."}  # noqa: RUF012 - Django's name

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override] # stubs say int
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # min, max and step are for number inputs


class QuestionsForm(forms.ModelForm):
    """Answers are kept by the name of their question, as plain JSON."""

    class Meta:
        model = ProposalDetail
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            kept = self.instance.answers.get(name)
            self.initial[name] = _rows(kept) if isinstance(field, AmountTableField) else kept

    def save(self, commit: bool = True) -> ProposalDetail:
        """Only the answers asked on this page: the others stay."""
        detail = self.instance
        given = {name: _plain(self.cleaned_data.get(name)) for name in self.fields}
        detail.answers = {**detail.answers, **given}
        if commit:
            detail.save(update_fields=["answers"])
        detail.with_answers()
        return detail


def _plain(value: Any) -> Any:
    """An answer as plain JSON."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return [
            {"label": row.label, "amounts": [str(amount) for amount in row.amounts]}
            for row in value[_TABLE]
        ]
    return value


def _rows(kept: Any) -> dict[str, tuple[BudgetRow, ...]]:
    return {
        _TABLE: tuple(
            BudgetRow(label=row["label"], amounts=tuple(Decimal(text) for text in row["amounts"]))
            for row in kept or ()
        )
    }


@lru_cache(maxsize=_KEPT_AT_MOST)
def question_form(facts: Sequence[QuestionFact]) -> type[QuestionsForm]:
    """The form class of a version of the questions: the same one for the same questions."""
    fields = {fact.name: _field(fact) for fact in facts}
    return type("CallQuestionsForm", (QuestionsForm,), fields)


def _field(fact: QuestionFact) -> forms.Field:
    shared: dict[str, Any] = {
        "label": fact.label,
        "help_text": fact.help_text,
        "required": fact.is_required,
    }
    if fact.kind == QuestionKind.NUMBER:
        box = forms.TextInput({"class": "w10 num", "inputmode": "decimal"})
        return FrenchNumberField(**shared, max_digits=15, decimal_places=2, widget=box)
    if fact.kind == QuestionKind.CHOICE:
        choices = [(option, option) for option in fact.options]
        return forms.ChoiceField(**shared, choices=choices, widget=forms.RadioSelect)
    if fact.kind == QuestionKind.BUDGET:
        part = TablePart(key=_TABLE, title=fact.label, row_label="Ligne", rows=6)
        return AmountTableField(**shared, parts=(part,))
    if fact.kind == QuestionKind.SHORT_TEXT:
        return forms.CharField(**shared, max_length=fact.max_length or _SHORT)
    return forms.CharField(
        **shared, max_length=fact.max_length or _LONG, widget=CountedTextarea({"rows": 6})
    )
