from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from apps.core.forms import CountedTextarea, FrenchDateField, MoneyField, YesNoField


class SampleForm(forms.Form):
    starts_on = FrenchDateField(label="Date de début", help_text="Premier jour.")
    price = MoneyField(label="Prix")
    is_first = YesNoField(label="Première fois ?")
    story = forms.CharField(
        label="Votre projet", max_length=20, widget=CountedTextarea, required=False
    )
    agrees = forms.BooleanField(label="J’accepte")
    photo = forms.FileField(label="Photo", required=False)


def filled(**changes: str) -> SampleForm:
    data = QueryDict(mutable=True)
    data.update(
        {
            "starts_on_jour": "14",
            "starts_on_mois": "2",
            "starts_on_annee": "2027",
            "price": "1 250,50 €",
            "is_first": "oui",
            "story": "Un cabinet",
            "agrees": "on",
        }
        | changes
    )
    return SampleForm(data)


def test_form_well_filled_cleans_to_python_values() -> None:
    form = filled()
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "starts_on": date(2027, 2, 14),
        "price": Decimal("1250.50"),
        "is_first": True,
        "story": "Un cabinet",
        "agrees": True,
        "photo": None,
    }


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["14", "2", "2027"], date(2027, 2, 14)),
        (["1", "06", "27"], date(2027, 6, 1)),
        ([" 3 ", "Juin", "2027"], date(2027, 6, 3)),
        (["3", "févr.", "2027"], date(2027, 2, 3)),
        (["3", "AOUT", "2027"], date(2027, 8, 3)),
        (["03/06/2027", "", ""], date(2027, 6, 3)),
        (["3 juin 2027", "", ""], date(2027, 6, 3)),
        (["29", "2", "2028"], date(2028, 2, 29)),
    ],
)
def test_date_written_as_people_write_is_understood(parts: list[str], expected: date) -> None:
    assert FrenchDateField().clean(parts) == expected


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (["", "", ""], "Indiquez la date, par exemple 14\u00a02\u00a02027."),
        (["14", "", "2027"], "Indiquez aussi le mois."),
        (["14", "", ""], "Indiquez aussi le mois et l’année."),
        (["32", "1", "2027"], "Le jour est un nombre de 1 à 31."),
        (["0", "1", "2027"], "Le jour est un nombre de 1 à 31."),
        (["-4", "1", "2027"], "Le jour est un nombre de 1 à 31."),
        (["14", "13", "2027"], "Le mois est un nombre de 1 à 12, ou son nom."),
        (["14", "jui", "2027"], "Le mois est un nombre de 1 à 12, ou son nom."),
        (["14", "²", "2027"], "Le mois est un nombre de 1 à 12, ou son nom."),
        (["14", "2", "207"], "Écrivez l’année en quatre chiffres, par exemple 2027."),
        (["14", "2", "9" * 5000], "Écrivez l’année en quatre chiffres, par exemple 2027."),
        (["14", "2", "9999"], "Vérifiez l’année : elle va de 1900 à 2199."),
        (["31", "6", "2027"], "Le 31 juin 2027 n’existe pas : ce mois compte 30 jours."),
        (["29", "2", "2027"], "Le 29 février 2027 n’existe pas : ce mois compte 28 jours."),
    ],
)
def test_impossible_date_is_refused_with_the_part_that_is_wrong(
    parts: list[str], reason: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        FrenchDateField().clean(parts)
    assert refusal.value.messages == [reason]


@given(st.lists(st.text(max_size=60), min_size=3, max_size=3))
def test_date_nonsense_gives_a_date_or_a_refusal(parts: list[str]) -> None:
    with suppress(ValidationError):
        value = FrenchDateField(required=False).clean(parts)
        assert value is None or isinstance(value, date)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_any_date_survives_the_three_boxes(day: date) -> None:
    field = FrenchDateField()
    assert field.clean(field.widget.decompress(day)) == day


def test_one_iso_date_in_an_address_is_read_and_shown_in_the_boxes() -> None:
    class DateForm(forms.Form):
        date = FrenchDateField()

    form = DateForm(QueryDict("date=2023-06-01"))
    assert form.is_valid()
    assert form.cleaned_data["date"] == date(2023, 6, 1)
    html = str(form["date"])
    assert 'name="date_jour" value="1"' in html
    assert 'name="date_mois" value="6"' in html
    assert 'name="date_annee" value="2023"' in html


def test_wrong_date_is_shown_again_as_typed() -> None:
    html = str(filled(starts_on_jour="40")["starts_on"])
    assert 'value="40"' in html
    assert 'value="2027"' in html


def test_date_unchanged_is_not_a_change() -> None:
    field = FrenchDateField()
    assert not field.has_changed(date(2027, 2, 14), ["14", "02", "27"])
    assert field.has_changed(date(2027, 2, 14), ["14", "02", "28"])
    assert field.has_changed(None, ["x", "", ""])
    assert not field.has_changed(None, ["", "", ""])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("35000", Decimal(35000)),
        ("35 000 €", Decimal(35000)),
        ("35\u00a0000\u202f€", Decimal(35000)),
        ("1250,5", Decimal("1250.5")),
        ("12.50 euros", Decimal("12.50")),
        ("0", Decimal(0)),
    ],
)
def test_amount_written_as_people_write_is_understood(typed: str, expected: Decimal) -> None:
    assert MoneyField().clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("beaucoup", "Écrivez un montant en euros, par exemple 1250 ou 1250,50."),
        ("1e9", "Écrivez un montant en euros, par exemple 1250 ou 1250,50."),
        ("NaN", "Écrivez un montant en euros, par exemple 1250 ou 1250,50."),
        ("1.250", "Au plus deux chiffres après la virgule, par exemple 1250,50."),
    ],
)
def test_unclear_amount_is_refused_with_an_example(typed: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        MoneyField().clean(typed)
    assert reason in refusal.value.messages


def test_negative_amount_is_refused() -> None:
    with pytest.raises(ValidationError):
        MoneyField().clean("-5")


def test_amount_is_shown_with_a_comma() -> None:
    field = MoneyField()
    assert field.widget.format_value(Decimal("1250.50")) == "1250,50"
    assert field.widget.format_value(Decimal("35000.00")) == "35000"
    assert field.widget.format_value("35 000 e") == "35 000 e"


def test_yes_no_neither_chosen_asks_for_an_answer() -> None:
    with pytest.raises(ValidationError) as refusal:
        YesNoField().clean("")
    assert refusal.value.messages == ["Répondez par oui ou par non."]
    assert YesNoField().clean("non") is False
    assert YesNoField(required=False).clean("") is None


def test_saved_answer_is_chosen_again() -> None:
    class YesNoForm(forms.Form):
        answer = YesNoField(initial=False)

    assert 'id="id_answer_1" checked>' in str(YesNoForm()["answer"])


def test_hint_and_error_are_tied_to_the_control() -> None:
    html = filled(price="beaucoup")["price"].as_field_group()
    assert 'aria-describedby="id_price_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_price_error"' in html
    assert '<span class="visually-hidden">Erreur : </span>Écrivez un montant' in html


def test_group_of_controls_is_described_as_a_whole() -> None:
    html = filled(starts_on_mois="13")["starts_on"].as_field_group()
    described = 'aria-describedby="id_starts_on_helptext id_starts_on_error"'
    assert f'<fieldset {described} class="field bad">' in html
    assert "<legend>Date de début</legend>" in html
    assert '<label for="id_starts_on_0">Jour</label>' in html


def test_optional_field_says_so_and_required_one_does_not() -> None:
    form = SampleForm()
    assert "(facultatif)" in form["story"].as_field_group()
    assert "(facultatif)" not in form["price"].as_field_group()


def test_file_input_has_a_label_of_its_own() -> None:
    assert '<label for="id_photo">Photo' in SampleForm()["photo"].as_field_group()


def test_checkbox_comes_before_its_label() -> None:
    html = SampleForm()["agrees"].as_field_group()
    assert html.index("<input") < html.index("J’accepte")


def test_choices_are_cards_with_a_label_each() -> None:
    html = str(SampleForm()["is_first"])
    assert html.count('<label class="choice"') == 2
    assert 'class="choices inline"' in html


def test_text_with_a_limit_shows_it_and_is_not_cut() -> None:
    html = str(SampleForm()["story"])
    assert "20 signes au plus" in html
    assert 'aria-describedby="id_story_count"' in html
    assert "maxlength" not in html


def test_whole_form_is_drawn_with_its_hidden_fields() -> None:
    class TokenForm(SampleForm):
        token = forms.CharField(widget=forms.HiddenInput, initial="abc")

    html = str(TokenForm())
    assert html.count('class="field"') == 6
    assert 'type="hidden" name="token" value="abc"' in html


class _WithFile(forms.Form):
    name = forms.CharField(label="Nom")
    paper = forms.FileField(label="Pièce")


def test_refused_form_keeps_what_was_typed_and_asks_for_the_file_again() -> None:
    """No browser gives a file back to the page that it is sent from."""
    paper = SimpleUploadedFile("piece.pdf", b"%PDF-1.7")
    again = "Choisissez ce fichier de nouveau"
    assert again not in str(_WithFile())

    form = _WithFile({"name": ""}, {"paper": paper})
    assert "name" in form.errors
    assert again in str(form)

    form = _WithFile({"name": "Zélie"}, {})
    assert 'value="Zélie"' in str(form)
    assert "paper" in form.errors
    assert again not in str(form)
