from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.core import kept_pages
from apps.core.kept_pages import forget_pages
from apps.lookups.care_places.models import Place, PlaceKind, Service
from apps.territory.public_data import Precision
from tests.factories.care_places import PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

INDEX = "/lieux-de-soins/"
# A Friday, 10 h in Paris; a Wednesday that is a holiday, at the same time.
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ARMISTICE = datetime(2026, 11, 11, 9, 0, tzinfo=UTC)


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
        text = page_text(client.get(INDEX, {"commune": "45901", "km": "10"}))

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
    text = page_text(client.get(INDEX, {"commune": "45901", **asked}, follow=True))

    assert ("Hôpital d’essai" in text) is shown


def test_what_was_typed_leads_to_the_address_of_its_search(
    client: Client, hospital: Place, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    typed = {"commune": "essai le roi", "km": "10", "type": ["hopital", "clinique"], "nouveaux": ""}

    with django_assert_num_queries(1):
        response = client.get(INDEX, typed)

    assert response.status_code == 302
    assert response["Location"] == f"{INDEX}?commune=45901&km=10&type=clinique&type=hopital"
    assert "1 lieu à 10 km au plus" in page_text(client.get(response["Location"]))


@pytest.mark.parametrize("address", [INDEX, f"{INDEX}?commune=45901&km=15&page=1"])
def test_address_of_a_search_is_kept_ten_seconds(
    client: Client,
    hospital: Place,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        first = client.get(address)
        with django_assert_num_queries(0):
            again = client.get(address)
        assert again.content == first.content
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
        Place.objects.update(name="Hôpital corrigé")
    with time_machine.travel(FRIDAY + timedelta(seconds=10), tick=False):
        assert "Hôpital corrigé" in page_text(client.get(address))


@pytest.mark.parametrize(
    "asked", [{"commune": "45901", "km": "12"}, {"commune": "45901", "page": "0"}, {"x": "1"}]
)
def test_address_that_no_link_has_is_not_kept(
    client: Client, hospital: Place, asked: dict[str, str]
) -> None:
    client.get(INDEX, asked)

    assert kept_pages._kept == {}


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


def test_place_is_described_for_search_engines(client: Client, hospital: Place) -> None:
    Place.objects.update(opening_hours="Mo-Fr 08:00-20:00; PH off")

    html = client.get(hospital.get_absolute_url()).text

    assert 'itemtype="https://schema.org/Hospital"' in html
    assert '<span itemprop="address">1 rue de l’Essai</span>' in html
    assert '<meta itemprop="openingHours" content="Mo-Fr 08:00-20:00">' in html
    assert '<meta itemprop="latitude" content="47.9">' in html


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
    assert client.get("/lieux-de-soins/999.json").status_code == 404


def test_place_merged_with_another_leads_to_it(client: Client, hospital: Place) -> None:
    merged = PlaceFactory(merged_into=hospital, gone_on=date(2026, 1, 1))

    response = client.get(merged.get_absolute_url())

    assert (response.status_code, response["Location"]) == (301, hospital.get_absolute_url())


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (FRIDAY, ["Journée", "Nuit et jour"]),
        # At the minute of closing it is closed.
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), ["Nuit et jour"]),
        (ARMISTICE, ["Nuit et jour"]),
    ],
)
def test_open_now_keeps_what_is_open_and_counts_it(
    client: Client, at: datetime, found: list[str], django_assert_num_queries: Any
) -> None:
    commune = CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")
    with time_machine.travel(at):
        PlaceFactory(name="Journée", commune=commune, opening_hours="Mo-Fr 09:00-18:00; PH off")
        PlaceFactory(name="Nuit et jour", commune=commune, opening_hours="24/7")
        PlaceFactory(name="Matin", commune=commune, opening_hours="Mo-Fr 08:00-09:00; PH off")
        PlaceFactory(name="Sans horaires", commune=commune)

        with django_assert_num_queries(3):
            response = client.get(f"{INDEX}lieux.json", {"commune": "45901", "ouvert": "on"})

    assert [place["nom"] for place in response.json()["lieux"]] == found
    assert response.json()["nombre"] == len(found)


def test_a_list_is_kept_until_its_answer_changes(client: Client) -> None:
    commune = CommuneFactory(insee_code="45901")
    asked = {"commune": "45901", "ouvert": "on"}
    with time_machine.travel(datetime(2026, 11, 20, 8, 58, tzinfo=UTC), tick=False):
        # Nothing is open, and no row says until when.
        assert client.get(INDEX, asked)["Cache-Control"] == "public, max-age=60"
        PlaceFactory(commune=commune, opening_hours="24/7")
        forget_pages()
        assert (
            client.get(INDEX, asked)["Cache-Control"]
            == "public, max-age=300, stale-while-revalidate=300"
        )
        # Another place joins the list at 10 h, in two minutes.
        PlaceFactory(commune=commune, opening_hours="Mo-Fr 10:00-18:00")
        forget_pages()
        assert client.get(INDEX, asked)["Cache-Control"] == "public, max-age=120"
        # Asked without « ouvert maintenant », its words change at the same time.
        unfiltered = client.get(INDEX, {"commune": "45901"})
        assert unfiltered["Cache-Control"] == "public, max-age=120"


@time_machine.travel(datetime(2026, 11, 20, 16, 58, tzinfo=UTC), tick=False)
def test_a_place_is_kept_until_it_closes(client: Client) -> None:
    place = PlaceFactory(opening_hours="Mo-Fr 09:00-18:00")

    assert client.get(place.get_absolute_url())["Cache-Control"] == "public, max-age=120"


@time_machine.travel(FRIDAY, tick=False)
def test_json_of_a_place_says_what_is_known_and_what_is_not(
    client: Client, hospital: Place
) -> None:
    response = client.get(f"/lieux-de-soins/{hospital.pk}.json")

    content = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert [number["numero"] for number in content["urgences"]] == ["15", "112", "114"]
    assert content["lieu"]["nom"] == "Hôpital d’essai"
    assert (content["lieu"]["ouvert"], content["lieu"]["etat"]) == (True, "Ouvert jour et nuit")
    assert (content["lieu"]["fauteuil"], content["lieu"]["nouveaux_patients"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "field"), [({}, "commune"), ({"commune": "Atlantide"}, "commune")]
)
def test_json_of_a_wrong_question_says_why(
    client: Client, asked: dict[str, str], field: str
) -> None:
    response = client.get(f"{INDEX}lieux.json", asked)

    assert response.status_code == 400
    assert list(response.json()["erreurs"]) == [field]


def test_new_patients_are_dated(client: Client, hospital: Place) -> None:
    Place.objects.update(takes_new_patients=True, new_patients_on=date(2026, 11, 3))

    text = page_text(client.get(INDEX, {"commune": "45901", "nouveaux": "on"}))

    assert "Nouveaux patients acceptés (3 novembre 2026)" in text


@pytest.mark.parametrize("path", [INDEX, "/lieux-de-soins/{pk}-hopital-dessai/"])
def test_emergency_numbers_come_first(client: Client, hospital: Place, path: str) -> None:
    text = page_text(client.get(path.format(pk=hospital.pk)))

    assert "appelez le 15 ou le 112. Sourd ou malentendant : SMS au 114." in text
