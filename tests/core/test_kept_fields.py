from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.forms.boundfield import BoundField
from pytest_django import Settings

from apps.core import kept_fields
from apps.core.kept_fields import KeptFieldsForm


class QuestionForm(KeptFieldsForm):
    colour = forms.ChoiceField(choices=[("bleu", "Bleu"), ("vert", "Vert")])
    words = forms.CharField(required=False)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the questions really drawn."""
    names: list[str] = []
    draw = BoundField.as_field_group

    def note(field: BoundField) -> str:
        names.append(field.name)
        return draw(field)

    monkeypatch.setattr(BoundField, "as_field_group", note)
    kept_fields._kept.clear()
    yield names
    kept_fields._kept.clear()


def test_same_answer_is_drawn_once_and_another_anew(drawn: list[str]) -> None:
    first, again, other = (str(QuestionForm({"colour": c})) for c in ("bleu", "bleu", "vert"))
    assert first == again != other
    assert drawn == ["colour", "words", "colour"]


def test_wrong_answer_is_never_kept(drawn: list[str]) -> None:
    wrong = str(QuestionForm({"colour": "rouge"}))
    assert "Erreur" in wrong
    assert "Erreur" not in str(QuestionForm(initial={"colour": "rouge"}))
    assert drawn == ["colour", "words", "colour"]


def test_long_answers_are_not_kept(drawn: list[str]) -> None:
    for _ in range(2):
        str(QuestionForm({"colour": "bleu", "words": "a" * 2001})["words"].as_field_group())
    assert drawn == ["words", "words"]


def test_memory_is_bounded(drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_fields, "KEPT_AT_MOST", 3)
    for number in range(10):
        str(QuestionForm({"words": str(number)})["words"].as_field_group())
    assert len(kept_fields._kept) <= 3


def test_nothing_is_kept_while_developing(drawn: list[str], settings: Settings) -> None:
    settings.DEBUG = True
    str(QuestionForm({"colour": "bleu"}))
    assert kept_fields._kept == {}
