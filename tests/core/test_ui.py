from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from apps.core.forms import FrenchDateField, YesNoField
from apps.core.templatetags import ui


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context)).strip()


def test_filters_write_amounts_dates_and_hours_in_french() -> None:
    at = datetime(2027, 2, 14, 20, 5, tzinfo=UTC)
    assert ui.euros(Decimal("37000.00")) == "37\u00a0000\u00a0€"
    assert ui.day(at) == "14\u00a0février\u00a02027"
    assert ui.day(date(2027, 3, 1)) == "1er\u00a0mars\u00a02027"
    assert ui.moment(at) == "14\u00a0février\u00a02027 à 21\u00a0h\u00a005"
    assert ui.hour(at) == "21\u00a0h\u00a005"


@pytest.mark.parametrize("name", ["euros", "day", "moment", "hour", "days_left"])
def test_filters_of_nothing_are_empty(name: str) -> None:
    assert draw("{{ value|%s }}" % name, value=None) == ""  # noqa: UP031 - braces are Django's


def test_day_is_read_in_paris() -> None:
    assert ui.day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er\u00a0janvier\u00a02027"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (42, "dans 42\u00a0jours"),
        (1, "demain"),
        (0, "aujourd’hui"),
        (-1, "en retard de 1\u00a0jour"),
        (-3, "en retard de 3\u00a0jours"),
    ],
)
def test_days_left_are_said_as_people_say_them(days: int, words: str) -> None:
    assert ui.days_left(days) == words


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ("+33788975233", "07 88 97 52 33"),
        ("+33801904500", "0 801 90 45 00"),
        ("02 38 25 45 45", "02 38 25 45 45"),
        ("116117", "116 117"),
        ("15", "15"),
        ("112", "112"),
        ("+14155552671", "+1 415-555-2671"),
        ("le standard", "le standard"),
    ],
)
def test_phone_numbers_are_printed_as_in_france(number: str, printed: str) -> None:
    assert ui.phone(number).replace("\u00a0", " ") == printed


def test_phone_link_calls_the_number() -> None:
    html = draw('{% phone_link "+33238254545" %}').replace("\u00a0", " ")
    assert html == '<a class="tel" href="tel:+33238254545">02 38 25 45 45</a>'


def test_components_escape_what_people_wrote() -> None:
    html = draw(
        "{% chip label %}{% notice title %}{{ label }}{% endnotice %}", label="<b>", title="<i>"
    )
    assert "<b>" not in html
    assert "<i>" not in html


def test_chip_of_an_unknown_tone_is_refused() -> None:
    with pytest.raises(ValueError, match="A chip's tone"):
        draw('{% chip "Accordé" "green" %}')


@pytest.mark.parametrize(
    ("path", "current"),
    [("/aides/", 'aria-current="page"'), ("/aides/installation/", 'aria-current="true"')],
)
def test_nav_link_of_this_page_or_a_page_above_is_marked(path: str, current: str) -> None:
    request = RequestFactory().get(path)
    assert current in draw('{% nav_link "/aides/" "Aides" %}', request=request)


def test_nav_link_elsewhere_or_without_request_is_plain() -> None:
    request = RequestFactory().get("/aide/")
    plain = '<a href="/aides/">Aides</a>'
    assert draw('{% nav_link "/aides/" "Aides" %}', request=request) == plain
    assert draw('{% nav_link "/aides/" "Aides" %}') == plain


def test_breadcrumb_links_what_is_above_and_names_this_page() -> None:
    html = draw('{% breadcrumb "Accueil" "/" "Aides" "/aides/" "Aide à l’installation" %}')
    assert '<a href="/">Accueil</a>' in html
    assert '<a href="/aides/">Aides</a>' in html
    assert '<li aria-current="page">Aide à l’installation</li>' in html


class SampleForm(forms.Form):
    name = forms.CharField(label="Nom")
    starts_on = FrenchDateField(label="Début")
    is_first = YesNoField(label="Première fois ?")

    def clean(self) -> None:
        raise forms.ValidationError("Ces réponses ne vont pas ensemble.")


def test_error_summary_links_to_every_control() -> None:
    html = draw("{% error_summary form %}", form=SampleForm({}))
    assert "4 réponses sont à corriger" in html
    assert '<a href="#contenu">Ces réponses ne vont pas ensemble.</a>' in html
    assert '<a href="#id_name">Nom : Remplissez cette case.</a>' in html
    assert '<a href="#id_starts_on_0">Début : Indiquez la date' in html
    assert '<a href="#id_is_first_0">Première fois ? Répondez par oui ou par non.</a>' in html
    assert "autofocus" in html


def test_error_summary_of_several_forms_adds_up() -> None:
    html = draw("{% error_summary one two %}", one=SampleForm({}), two=SampleForm({}))
    assert "8 réponses sont à corriger" in html


def test_error_summary_of_a_form_not_sent_draws_nothing() -> None:
    assert draw("{% error_summary form %}", form=SampleForm()) == ""


def test_task_that_cannot_start_yet_has_no_link() -> None:
    started = draw('{% task "Votre projet" "/projet/" "À terminer" "todo" %}')
    waiting = draw('{% task "Vérifier et envoyer" "" "Pas encore possible" %}')
    assert '<a href="/projet/">Votre projet</a>' in started
    assert "<a " not in waiting


def test_answer_says_what_its_link_changes() -> None:
    html = draw('{% answer "Commune" "/projet/#commune" %}Ormes{% endanswer %}')
    assert "<dt>Commune</dt><dd>Ormes</dd>" in html
    assert 'Modifier<span class="visually-hidden"> : Commune</span>' in html
    assert "<a " not in draw('{% answer "Commune" %}Ormes{% endanswer %}')


def test_event_gives_its_moment_to_people_and_machines() -> None:
    at = datetime(2026, 11, 3, 20, 14, tzinfo=UTC)
    html = draw('{% event "Déposé" at "done" %}{% endevent %}', at=at)
    assert '<time datetime="2026-11-03T20:14:00+00:00">' in html
    assert "3\u00a0novembre\u00a02026 à 21\u00a0h\u00a014" in html
    assert 'class="body"' not in html


def test_empty_state_says_what_to_do_next() -> None:
    html = draw('{% empty_state "Aucune demande" %}<a href="/aides/">Aides</a>{% endempty_state %}')
    assert '<p class="empty-title">Aucune demande</p><a href="/aides/">Aides</a>' in html


def test_pagination_keeps_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/liste/?etat=depose&page=2")
    page = Paginator(range(30), 10).page(2)
    html = draw("{% pagination page %}", page=page, request=request)
    assert 'href="?etat=depose&amp;page=1"' in html
    assert 'href="?etat=depose&amp;page=3"' in html
    assert "Page 2 sur 3" in html


def test_pagination_of_one_page_draws_nothing() -> None:
    request = RequestFactory().get("/liste/")
    page = Paginator(range(3), 10).page(1)
    assert draw("{% pagination page %}", page=page, request=request) == ""
