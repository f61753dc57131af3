"""No form of the portal answers with a stock sentence of Django: ours say how to put it right."""

from __future__ import annotations

import copy
import gettext
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django_filters import FilterSet

import apps

# They say how many characters, and the field's hint how to choose: nothing to add.
CLEAR = (
    "Ce mot de passe est trop court. Il doit contenir au minimum 12 caractères.",
    "Ce mot de passe est trop courant.",
)
TYPED = (
    "",
    "astronaute",
    "\x00",
    "-1",
    "0",
    "1,23456",
    "9" * 23,
    "x" * 30_000,
    "2026-13-45",
    "a@b",
)
FILES = (
    SimpleUploadedFile("vide.pdf", b""),
    SimpleUploadedFile("a" * 300 + ".pdf", b"x"),
    SimpleUploadedFile("programme.exe", b"MZ"),
)


def stock_sentences() -> re.Pattern[str]:
    """Every sentence of Django's own catalogues, in English and in French."""
    found = set()
    for catalogue in Path(django.__file__).parent.rglob("locale/fr/LC_MESSAGES/django.mo"):
        with catalogue.open("rb") as file:
            entries = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for key, french in entries.items():
            found |= {key[0] if isinstance(key, tuple) else key, french}
    sentences = {sentence for sentence in found if len(re.sub(r"%\(\w+\)\w", "", sentence)) > 12}
    patterns = (
        re.sub(r"%\\?\(\w+\\?\)\w|%[sd]", ".*", re.escape(sentence)) for sentence in sentences
    )
    return re.compile("|".join(patterns), re.DOTALL)


def every_field() -> Iterator[tuple[str, forms.Field]]:
    """Of each form and each set of filters, in the order of the modules."""
    for module in pkgutil.walk_packages(apps.__path__, "apps."):
        if ".migrations" in module.name:
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            if not inspect.isclass(found) or found.__module__ != module.name:
                continue
            if issubclass(found, forms.BaseForm):
                fields = found.base_fields
            elif issubclass(found, FilterSet):
                fields = {key: each.field for key, each in found.base_filters.items()}
            else:
                continue
            for field_name, field in fields.items():
                yield f"{module.name}.{name}.{field_name}", field


def answers_to(field: forms.Field) -> Iterator[str]:
    """What `field` says of each absurd answer, as its widget reads it from a request."""
    widget = field.widget
    parts = getattr(widget, "widgets_names", [""])
    for typed in TYPED:
        data = MultiValueDict({f"x{part}": [typed] for part in parts})
        yield from _said(field, widget.value_from_datadict(data, MultiValueDict(), "x"))
    if isinstance(field, forms.FileField):
        for file in FILES:
            file.seek(0)
            files = MultiValueDict({"x": [file]})
            yield from _said(field, widget.value_from_datadict(MultiValueDict(), files, "x"))


def _said(field: forms.Field, value: object) -> list[str]:
    field = copy.deepcopy(field)
    try:
        if isinstance(field, forms.FileField):
            field.clean(value, None)
        else:
            field.clean(value)
    except ValidationError as error:
        return [str(message) for message in error.messages]
    return []


@pytest.mark.django_db
def test_no_form_answers_with_a_stock_sentence() -> None:
    stock = stock_sentences()
    assert stock.fullmatch("Sélectionnez un choix valide. 7 n’en fait pas partie.")
    assert stock.fullmatch("This field is required.")
    fields = list(every_field())
    assert len(fields) > 200

    found = {
        f"{name}: {said[:80]}"
        for name, field in fields
        for said in answers_to(field)
        if said not in CLEAR and stock.fullmatch(said)
    }

    assert found == set()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.ChoiceField(choices=[("a", "A")]), "b", "n’est pas dans la liste. Choisissez-en"),
        (forms.CharField(), "", "Remplissez cette case."),
        (forms.CharField(max_length=3), "abcd", "Raccourcissez : 3 signes au plus, il y en a 4."),
        (forms.IntegerField(), "quatre", "Écrivez un nombre entier, en chiffres, par exemple 4."),
        (forms.IntegerField(min_value=2), "1", "Écrivez un nombre d’au moins 2."),
        (forms.DecimalField(max_digits=3), "12345", "Ce nombre est trop long : 3 chiffres"),
        (forms.EmailField(), "nadia", "Cette adresse e-mail n’est pas complète"),
        (forms.DateField(), "hier", "Écrivez une date comme 14/02/2027."),
    ],
)
def test_sentences_say_how_to_put_it_right(field: forms.Field, typed: str, sentence: str) -> None:
    assert sentence in _said(field, typed)[0].replace("\u00a0", " ")
