from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.lookups.care_places.models import Place, PlaceKind, Precision, Service
from tests.factories.care_places import PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

INDEX = "/lieux-de-soins/"


@pytest.fixture
def hospital() -> Place:
    return PlaceFactory(
        name="Hôpital d’essai",
        kind=PlaceKind.HOSPITAL,
        commune=CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901"),
        address="1 rue de l’Essai",
        phone="+33238000000",
        opening_hours="24/7",
        services=[Service.EMERGENCY.value],
    )


def test_index_before_a_search_lists_the_emergency_departments(
    client: Client, hospital: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    PlaceFactory(commune=hospital.commune)

    with django_assert_num_queries(1):
        text = page_text(client.get(INDEX))

    assert "Les services d’urgences du Loiret" in text
    assert "Hôpital d’essai Hôpital, Essai-le-Roi Urgences Ouvert jour et nuit" in text
    assert "Maison de santé d’essai" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_search_gives_the_nearest_first(
    client: Client, hospital: Place, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        PlaceFactory(commune=hospital.commune, latitude=47.95)

    with django_assert_num_queries(3):
        text = page_text(client.get(INDEX, {"commune": "Essai-le-Roi", "km": "10"}))

    assert f"{count + 1} lieux à 10 km au plus d’Essai-le-Roi" in text
    assert text.index("Hôpital d’essai") < text.index("Maison de santé d’essai")
    assert "à 6 km" in text


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"type": "hopital"}, True),
        ({"type": "maison-de-sante"}, False),
        ({"service": "urgences"}, True),
        ({"service": ["urgences", "teleconsultation"]}, False),
        ({"nouveaux": "on"}, False),
        ({"fauteuil": ""}, True),
    ],
)
def test_search_is_narrowed(
    client: Client, hospital: Place, asked: dict[str, str], shown: bool
) -> None:
    text = page_text(client.get(INDEX, {"commune": "45901", **asked}))

    assert ("Hôpital d’essai" in text) is shown


def test_search_with_nonsense_says_what_is_wrong_and_keeps_it(
    client: Client, hospital: Place
) -> None:
    response = client.get(INDEX, {"commune": "Atlantide <b>", "km": "-1", "type": "x"})

    assert response.status_code == 200
    text = page_text(response)
    assert "Aucune commune du Loiret ne répond à « Atlantide <b> »." in text
    assert "Choisissez une distance dans la liste." in text
    assert 'value="Atlantide &lt;b&gt;"' in response.text


def test_specialised_places_come_only_when_asked_for(client: Client, hospital: Place) -> None:
    PlaceFactory(
        commune=hospital.commune,
        name="Centre d’essai",
        kind=PlaceKind.SPECIALISED,
        category="Dialyse",
    )

    assert "Centre d’essai" not in page_text(client.get(INDEX, {"commune": "45901"}))
    asked = page_text(client.get(INDEX, {"commune": "45901", "type": "etablissement"}))
    assert "Centre d’essai Dialyse, Essai-le-Roi, à moins d’un kilomètre" in asked


def test_place_set_at_the_town_hall_gives_no_false_distance(
    client: Client, hospital: Place
) -> None:
    PlaceFactory(commune=hospital.commune, name="Maison", precision=Precision.TOWN_HALL)

    text = page_text(client.get(INDEX, {"commune": "45901"}))

    assert "Maison Maison de santé, Essai-le-Roi, dans la commune" in text


def test_search_without_result_leads_elsewhere(client: Client) -> None:
    CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")

    text = page_text(client.get(INDEX, {"commune": "45901"}))

    assert "Aucun lieu connu si près" in text
    assert "appelez la ligne d’Essai-le-Roi" in text


def test_place_tells_what_is_known(
    client: Client, hospital: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        text = page_text(client.get(hospital.get_absolute_url()))

    assert "Ouvert jour et nuit" in text
    assert "02 38 00 00 00" in text
    assert "Pas encore vérifié par le guichet. Source : Source d’essai." in text


def test_place_of_which_little_is_known_says_so(client: Client) -> None:
    text = page_text(client.get(PlaceFactory().get_absolute_url()))

    assert "Nous ne les connaissons pas." in text
    assert "Nouveaux patients" not in text


def test_place_that_closed_says_so_and_leaves_the_lists(client: Client, hospital: Place) -> None:
    Place.objects.update(gone_on=date(2020, 1, 1))

    assert "Ce lieu a fermé" in page_text(client.get(hospital.get_absolute_url()))
    assert "Hôpital d’essai" not in page_text(client.get(INDEX))


def test_wrong_slug_is_redirected(client: Client, hospital: Place) -> None:
    response = client.get(f"/lieux-de-soins/{hospital.pk}-autre/")

    assert response.status_code == 301
    assert response["Location"] == hospital.get_absolute_url()


def test_unknown_place_is_not_found(client: Client) -> None:
    assert client.get("/lieux-de-soins/999-essai/").status_code == 404
