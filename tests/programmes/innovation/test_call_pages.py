"""The public pages of a call: its page, its calendar, its feed and its rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from apps.juries.models import Criterion
from apps.programmes.innovation.calls import create_call
from apps.programmes.innovation.models import Call
from tests.factories.casefiles import reference_rows
from tests.factories.innovation import CLOSES_AT, OPENS_AT, THEMES, running_call
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
PAGE = "/innovation/2026/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def full_call(**fields: Any) -> Call:
    reference_rows()
    return running_call(
        perimeter="Tout le Loiret.",
        presentation="Un appel pour innover.",
        rules="Article 1. Le jury est souverain.",
        grace_seconds=30,
        jury_on=date(2026, 12, 10),
        announced_on=date(2026, 12, 18),
        **fields,
    )


def test_page_says_what_when_and_how_long_is_left(client: PortalClient) -> None:
    full_call()

    text = page_text(client.get(PAGE))

    assert "Santé Innovations Loiret 2026 Ouvert Il reste 8 jours et 6 heures" in text
    assert "E-santé Solidarité territoriale Mutations de l’exercice libéral" in text
    assert "Fermeture 30 novembre 2026 à 18 h, heure de Paris" in text
    assert "dans les 30 secondes qui suivent la fermeture est accepté" in text
    assert "Réunion du jury 10 décembre 2026 Annonce des lauréats 18 décembre 2026" in text
    assert "Avis de situation de l’Insee" in text
    assert "Qu’est-ce qui est nouveau ?" in text


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (OPENS_AT - timedelta(hours=2), "À venir Ouvre dans 2 heures"),
        (CLOSES_AT, "Ouvert Il reste moins d’une minute"),
        (CLOSES_AT + timedelta(seconds=1), "Fermé Les thèmes"),
    ],
)
def test_countdown_follows_the_hour(client: PortalClient, at: datetime, words: str) -> None:
    running_call()
    with time_machine.travel(at, tick=False):
        text = page_text(client.get(PAGE))

    assert words in text
    assert ("Commencer ma demande" in text) is words.startswith("Ouvert")


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}calendrier.ics", f"{PAGE}appel.json"])
def test_a_call_that_is_not_published_is_nobody_s(client: PortalClient, address: str) -> None:
    create_call(year=2026, opens_at=OPENS_AT, closes_at=CLOSES_AT, themes=THEMES)

    assert client.get(address).status_code == 404
    assert "2026" not in page_text(client.get("/innovation/"))


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_much_for_one_call_as_for_three(
    client: PortalClient, number: int, django_assert_num_queries: Any
) -> None:
    for year in range(2026, 2026 + number):
        running_call(year=year)
    with django_assert_num_queries(2):
        client.get("/innovation/")


def test_aid_s_page_asks_twice(client: PortalClient, django_assert_num_queries: Any) -> None:
    full_call()
    client.get("/aides/innovation/")
    with django_assert_num_queries(2):
        client.get("/aides/innovation/")


def test_page_is_read_once_for_all_its_visitors(
    client: PortalClient, django_assert_num_queries: Any
) -> None:
    full_call()
    with django_assert_num_queries(2):
        client.get(PAGE)
    with django_assert_num_queries(0):
        response = client.get(PAGE)
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.cookies == {}


def test_kept_page_says_closed_from_the_second_that_follows(client: PortalClient) -> None:
    running_call()
    said = []
    for after in (timedelta(seconds=-1), timedelta(0), timedelta(microseconds=1)):
        with time_machine.travel(CLOSES_AT + after, tick=False):
            told = "Il reste moins d’une minute" in page_text(client.get(PAGE))
            said.append((told, client.get(f"{PAGE}appel.json").json()["etat"]))

    assert said == [(True, "open"), (True, "open"), (False, "closed")]


def test_unpublished_rules_are_read_by_staff_and_kept_by_no_cache(
    as_head: PortalClient,
) -> None:
    call = create_call(
        year=2026, opens_at=OPENS_AT, closes_at=CLOSES_AT, themes=THEMES, rules="Article 1."
    )

    response = as_head.get(f"/admin/innovation/call/{call.pk}/reglement/")

    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]
    assert as_head.get(f"{PAGE}reglement.pdf").status_code == 404


def test_calendar_has_four_days_that_keep_their_identifier(client: PortalClient) -> None:
    full_call()

    response = client.get(f"{PAGE}calendrier.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = {
        str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")
    }
    assert list(events) == [
        f"{name}-2026@sante-innovations-loiret"
        for name in ("ouverture", "fermeture", "jury", "annonce")
    ]
    closing = events["fermeture-2026@sante-innovations-loiret"]
    assert closing.decoded("dtstart") == CLOSES_AT
    assert events["jury-2026@sante-innovations-loiret"].decoded("dtstart") == date(2026, 12, 10)


def test_feed_gives_the_same_to_machines(client: PortalClient) -> None:
    full_call(largest_amount=Decimal(20000))

    body = client.get(f"{PAGE}appel.json").json()

    assert body["etat"] == "open"
    assert body["ferme_a"] == "2026-11-30T17:00:00+00:00"
    assert body["secondes_de_tolerance"] == 30
    assert [theme["nom"] for theme in body["themes"]] == list(THEMES)
    assert body["montant_maximum"] == "20000.00"
    assert body["enveloppe"] is None


def test_rules_are_a_pdf_of_the_call_s_own_words(client: PortalClient) -> None:
    full_call()

    response = client.get(f"{PAGE}reglement.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_criteria_of_the_jury_are_public(client: PortalClient) -> None:
    call = full_call()
    Criterion.objects.create(
        campaign=call.campaign, label="Accès aux soins", weight=Decimal("1.5"), highest=5
    )

    text = page_text(client.get(PAGE))
    body = client.get(f"{PAGE}appel.json").json()

    assert "Accès aux soins, noté de 0 à 5, coefficient 1,5" in text
    assert body["criteres"] == [
        {"nom": "Accès aux soins", "coefficient": "1.50", "note_la_plus_haute": 5}
    ]
    assert client.get(f"{PAGE}reglement.pdf").status_code == 200


def test_a_call_without_rules_has_no_document(client: PortalClient) -> None:
    running_call()

    assert client.get(f"{PAGE}reglement.pdf").status_code == 404


def test_published_figures_are_told_for_the_years_without_files(client: PortalClient) -> None:
    text = page_text(client.get("/innovation/"))

    assert "2023 : 4 projets, 49 500 €" in text
    assert "2022 : 10 projets, 110 000 €" in text
    assert "rééducation par l’escalade, par la SISA Porte Madeleine : 18 500 € sur 3 ans" in text


def test_aid_s_page_leads_to_the_open_call(client: PortalClient) -> None:
    assert "Aucun appel n’est ouvert" in page_text(client.get("/aides/innovation/"))
    running_call()
    assert "L’appel 2026 est ouvert jusqu’au 30 novembre 2026 à 18 h" in page_text(
        client.get("/aides/innovation/")
    )


def test_nothing_is_begun_outside_of_a_call(client: PortalClient, applicant: Any) -> None:
    client.force_login(applicant)

    response = client.post("/aides/innovation/demande/")

    assert response.status_code == 200
    assert "Aucun appel n’est ouvert en ce moment." in page_text(response)
