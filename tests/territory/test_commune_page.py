"""« Tout pour une commune »: its own facts, and the parts that other apps add."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.core.kept_pages import forget_pages
from apps.lookups.care_places.models import PlaceKind, RoadTime
from apps.territory import commune_page
from apps.territory.commune_page import Part, Place, parts
from apps.territory.models import Commune
from tests.factories.care_places import PlaceFactory, SlotFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text, plain

# A Friday, at 11:00 in Paris.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CHECY = "/communes/45089-checy/"


@pytest.fixture(autouse=True)
def _fresh_pages() -> None:
    forget_pages()


def test_parts_stand_in_the_order_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commune_page, "_sources", [])
    aids = Part(place=Place.AIDS, heading="Aides", template="x.html")
    doctor = Part(place=Place.DOCTOR, heading="Médecin", template="x.html")
    for part in (aids, None, doctor):
        commune_page.adds_part(lambda commune, at, part=part: part)

    assert list(parts(Commune(), FRIDAY)) == [doctor, aids]


@time_machine.travel(FRIDAY)
def test_page_says_whom_to_call_where_to_go_and_who_is_next(
    client: Client, lines: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    PlaceFactory(
        commune=Commune.objects.get(pk="45089"),
        name="Maison de santé d’essai",
        latitude=47.9,
        longitude=2.02,
    )

    # The commune with the facts of every part; the lines; the places.
    with django_assert_num_queries(3):
        response = client.get(CHECY)

    text = page_text(response)
    assert "Santé à Chécy" in text
    assert "06 51 51 58 51" in text
    assert "Maison de santé d’essai" in text
    assert "La mairie" in text
    assert "Boigny-sur-Bionne" in text


@time_machine.travel(FRIDAY)
def test_page_is_kept_until_its_words_change(
    client: Client, lines: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(CHECY)

    with django_assert_num_queries(0):
        assert client.get(CHECY).content == first.content
    assert first["Cache-Control"] == "public, max-age=300, stale-while-revalidate=300"


@time_machine.travel(FRIDAY)
def test_aid_is_open_by_profession_and_zone(client: Client, loiret: None) -> None:
    text = page_text(client.get("/communes/45235-ormes/"))

    assert "Masseur-kinésithérapeute Zone intermédiaire Ouverte" in text
    assert "Pharmacien À vérifier" in text


@pytest.mark.parametrize("path", ["/communes/45089/", "/communes/45089-autre/"])
def test_wrong_slug_is_redirected(client: Client, communes: None, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (301, CHECY)


def test_unknown_commune_is_not_found(client: Client, communes: None) -> None:
    assert client.get("/communes/45999-ailleurs/").status_code == 404


@time_machine.travel(FRIDAY)
def test_page_with_all_its_parts_says_what_is_open_and_what_is_free(
    client: Client, lines: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    commune = Commune.objects.get(pk="45203")
    for kind in (PlaceKind.HEALTH_HOUSE, PlaceKind.SENTINEL_PHARMACY):
        place = PlaceFactory(
            commune=commune,
            kind=kind,
            latitude=commune.hall_latitude,
            longitude=commune.hall_longitude,
            opening_hours="24/7",
        )
    SlotFactory(place=place, starts_at=FRIDAY + timedelta(hours=20))

    with django_assert_num_queries(3):
        text = plain(page_text(client.get(commune.get_absolute_url())))

    assert "Ouvert maintenant, le plus proche : Maison de santé d’essai" in text
    assert "Environ 1 min de route (estimation)." in text
    assert "Rendez-vous sous 48 h : Maison de santé d’essai" in text
    assert "Pharmacies sentinelles, avec téléconsultation assistée :" in text


@pytest.mark.django_db
def test_minutes_by_road_are_those_of_the_service_where_it_gave_some(client: Client) -> None:
    place = PlaceFactory(commune=CommuneFactory(), opening_hours="24/7")
    page = place.commune.get_absolute_url()
    assert "min de route (estimation)." in plain(page_text(client.get(page)))

    RoadTime.objects.create(
        commune=place.commune, place=place, minutes=17, computed_on=date(2026, 11, 15)
    )
    forget_pages()

    text = plain(page_text(client.get(page)))
    assert "17 min de route." in text
    assert "estimation" not in text
