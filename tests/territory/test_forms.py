"""CommuneField: exactly one commune, several to choose from, none; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from apps.territory.forms import CommuneField
from apps.territory.models import Commune

pytestmark = pytest.mark.django_db


class CommuneForm(forms.Form):
    commune = CommuneField()


def bound(query: str) -> CommuneForm:
    return CommuneForm(QueryDict(query))


def test_commune_field_takes_every_way_to_name_one_commune(communes: None) -> None:
    for typed in ("45203", "Meung-sur-Loire", "meung", "Meung-sur-Loire (45130)", "45130 Meung"):
        form = bound(f"commune={typed}")
        assert form.is_valid(), typed
        assert form.cleaned_data["commune"].pk == "45203"
        assert 'value="Meung-sur-Loire (45130)"' in str(form["commune"])


def test_commune_field_full_name_wins_over_longer_names(communes: None) -> None:
    form = bound("commune=Gien")
    assert form.is_valid()
    assert form.cleaned_data["commune"].name == "Gien"


def test_commune_field_postcode_of_several_offers_radio_buttons(communes: None) -> None:
    form = bound("commune=45430")
    assert form.errors["commune"] == [
        "Plusieurs communes répondent à « 45430 ». Choisissez la bonne."
    ]
    assert form.errors.as_data()["commune"][0].code == "ambiguous"
    html = str(form["commune"])
    assert 'value="45430"' in html
    for label in ("Bou (45430)", "Chécy (45430)", "Mardié (45430)"):
        assert f'<input type="radio" name="commune" value="{label}"> {label}' in html


def test_commune_field_radio_button_chosen_wins_over_the_typed_text(communes: None) -> None:
    form = bound("commune=45430&commune=Bou (45430)")
    assert form.is_valid()
    assert form.cleaned_data["commune"].name == "Bou"


def test_commune_field_code_that_is_also_a_postcode_asks(communes: None) -> None:
    form = bound("commune=45100")
    assert not form.is_valid()
    assert "Combleux (45800), code INSEE 45100</label>" in str(form["commune"])
    assert 'value="Orléans (45000)"> Orléans (45000)</label>' in str(form["commune"])


def test_commune_field_every_label_comes_back_as_its_commune(communes: None) -> None:
    for commune in Commune.objects.all():
        assert CommuneField().clean(commune.label) == commune


def test_commune_field_misspelled_name_is_never_taken_for_granted(communes: None) -> None:
    form = bound("commune=Sandilon")
    assert form.errors["commune"] == [
        "Aucune commune ne s’écrit « Sandilon ». Choisissez la bonne."
    ]
    assert 'value="Sandillon (45640)"' in str(form["commune"])


def test_commune_field_unknown_name_says_what_to_try_and_keeps_it(communes: None) -> None:
    form = bound("commune=Marseille <b>")
    (error,) = form.errors["commune"]
    assert error == (
        "Aucune commune du Loiret ne répond à « Marseille <b> ». "
        "Vérifiez l’orthographe, ou tapez son code postal, par exemple 45000."
    )
    assert 'value="Marseille &lt;b&gt;"' in str(form["commune"])


@pytest.mark.parametrize("query", ["", "commune=", "commune=%20%20"])
def test_commune_field_left_empty_is_asked_for(query: str) -> None:
    assert bound(query).errors["commune"] == ["Indiquez la commune ou son code postal."]


@pytest.mark.parametrize("typed", ["a" * 101, "Ché\x00cy"])
def test_commune_field_absurd_text_is_refused_without_a_search(
    typed: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert not CommuneForm({"commune": typed}).is_valid()


def test_commune_field_optional_left_empty_is_none() -> None:
    assert CommuneField(required=False).clean("") is None


@pytest.mark.parametrize("by", ["commune", "code"])
def test_commune_field_shows_the_initial_commune(communes: None, by: str) -> None:
    commune = Commune.objects.get(pk="45089")
    form = CommuneForm(initial={"commune": commune if by == "commune" else commune.pk})
    assert 'value="Chécy (45430)"' in str(form["commune"])


def test_commune_field_sent_back_unchanged_has_not_changed(communes: None) -> None:
    initial = {"commune": "45089"}
    assert not CommuneForm({"commune": "Chécy (45430)"}, initial=initial).has_changed()
    assert CommuneForm({"commune": "Gien"}, initial=initial).has_changed()


def test_commune_field_takes_one_query(communes: None, django_assert_num_queries: Any) -> None:
    for typed in ("Chécy", "45430", "zzz"):
        with django_assert_num_queries(1):
            str(bound(f"commune={typed}")["commune"])


def test_suggestions_are_labels_that_the_field_takes(communes: None, client: Any) -> None:
    response = client.get("/communes/suggestions/", {"q": "meun"})
    assert response.json() == {"suggestions": ["Meung-sur-Loire (45130)"]}
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies


@pytest.mark.parametrize("typed", ["", "x" * 5000, "\x00", "%", "🏥"])
def test_suggestions_for_nonsense_are_none(communes: None, client: Any, typed: str) -> None:
    assert client.get("/communes/suggestions/", {"q": typed}).json() == {"suggestions": []}


def test_suggestions_cannot_be_posted(client: Any) -> None:
    assert client.post("/communes/suggestions/").status_code == 405
