from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.core.kept_pages import forget_pages
from apps.lookups.housing.models import Offer, OfferKind, OfferStatus, Room
from apps.territory.models import Commune
from tests.factories.housing import BookingFactory, OfferFactory, RoomFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

INDEX = "/logements/"


@pytest.fixture
def commune() -> Commune:
    return CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")


@pytest.fixture
def room(commune: Commune) -> Room:
    return RoomFactory(
        offer=OfferFactory(name="Gîte du Val", commune=commune),
        name="Chambre bleue",
        amenities=["meuble", "internet"],
    )


def test_index_before_a_search_asks_where_without_a_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        text = page_text(client.get(INDEX))

    assert "Trouver un logement" in text
    assert "Où sera votre stage ?" in text


@pytest.mark.parametrize("count", [1, 3])
def test_search_gives_the_nearest_first_and_the_map_the_same(
    client: Client, room: Room, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        RoomFactory(
            offer=OfferFactory(
                name=f"Plus loin {number}", commune=room.offer.commune, latitude=47.95
            )
        )

    with django_assert_num_queries(3):
        response = client.get(INDEX, {"ou": "45901", "km": "10"})

    text = page_text(response)
    assert f"{count + 1} logements à 10 km au plus d’Essai-le-Roi" in text
    assert text.index("Gîte du Val") < text.index("Plus loin")
    assert "Essai-le-Roi, à 6 km. Proposé par une commune." in text
    assert "1 chambre, 250 € par mois" in text
    found = response.context["found"]
    assert [point.name for point in found.map.points] == [hit.offer.name for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ({"ou": "essai le roi", "km": "10", "prix": ""}, "km=10&ou=45901"),
        (
            {"ou": "Essai-le-Roi", "semestre": "2027-05", "equipement": "velo"},
            "equipement=velo&km=10&ou=45901&semestre=2027-05",
        ),
        ({"ou": "Essai-le-Roi", "prix": "300", "du_0": ""}, "km=10&ou=45901&prix=300"),
        ({"ou": "Essai-le-Roi", "prix": "300,50"}, None),
        ({"ou": "45901", "km": "10"}, None),
    ],
)
def test_what_was_typed_leads_to_the_address_of_its_search(
    client: Client, room: Room, typed: dict[str, str], address: str | None
) -> None:
    response = client.get(INDEX, typed)

    assert response.get("Location") == (address and f"{INDEX}?{address}")


def test_address_of_a_search_is_kept_ten_seconds(
    client: Client, room: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(INDEX, {"ou": "45901"})

    with django_assert_num_queries(0):
        response = client.get(INDEX, {"ou": "45901"})

    assert "Gîte du Val" in page_text(response)
    assert response["Cache-Control"] == "public, max-age=60"


def test_corner_of_the_square_around_the_circle_is_too_far(client: Client, room: Room) -> None:
    """The index reads a square of 10 km each way; that offer is 12 km away."""
    far = OfferFactory(
        name="Dans le coin", commune=room.offer.commune, latitude=47.98, longitude=2.02
    )
    RoomFactory(offer=far)
    hall = {"hall_latitude": 47.9, "hall_longitude": 1.9}
    Commune.objects.filter(pk=room.offer.commune_id).update(**hall)

    response = client.get(INDEX, {"ou": "45901", "km": "10"})

    assert "1 logement à 10 km au plus" in page_text(response)
    assert [point.name for point in response.context["found"].map.points] == ["Gîte du Val"]
    assert "Dans le coin" in page_text(client.get(INDEX, {"ou": "45901", "km": "13"}))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"semestre": "2027-05"}, True),
        ({"semestre": "2026-11"}, False),
        ({"du": "2027-06-01", "au": "2027-07-31"}, True),
        ({"du": "2027-10-01", "au": "2027-11-01"}, False),
        ({"prix": "250"}, True),
        ({"prix": "249,99"}, False),
        ({"type": "commune"}, True),
        ({"type": ["college", "particulier"]}, False),
        ({"equipement": ["meuble", "internet"]}, True),
        ({"equipement": ["meuble", "velo"]}, False),
        ({"km": "1"}, True),
        ({"km": "50"}, True),
    ],
)
def test_search_is_narrowed(client: Client, room: Room, asked: dict[str, str], shown: bool) -> None:
    text = page_text(client.get(INDEX, {"ou": "45901", **asked}))

    assert ("Gîte du Val" in text) is shown


def test_room_that_is_held_is_free_again_at_its_hour(client: Client, room: Room) -> None:
    BookingFactory(room=room)  # until 25 November at noon
    asked = {"ou": "45901", "semestre": "2027-05"}

    assert "Gîte du Val" not in page_text(client.get(INDEX, asked))
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC), tick=False):
        assert "Gîte du Val" in page_text(client.get(INDEX, asked))


@pytest.mark.parametrize(
    "values",
    [
        {"status": OfferStatus.CANDIDATE},
        {"status": OfferStatus.WITHDRAWN},
        {"expires_on": date(2026, 11, 21)},
    ],
)
def test_offer_that_is_not_online_is_nowhere(
    client: Client, room: Room, values: dict[str, object]
) -> None:
    Offer.objects.update(**values)

    assert "Gîte du Val" not in page_text(client.get(INDEX, {"ou": "45901"}))
    assert client.get(room.offer.get_absolute_url()).status_code == 404


def test_room_withdrawn_leaves_the_lists(client: Client, room: Room) -> None:
    Room.objects.update(withdrawn_on=date(2026, 11, 22))

    assert "Aucun logement libre si près" in page_text(client.get(INDEX, {"ou": "45901"}))


def test_search_with_nonsense_says_what_is_wrong_and_keeps_it(client: Client, room: Room) -> None:
    asked = {"ou": "Atlantide <b>", "km": "51", "semestre": "x", "prix": "cher", "du": "2027-06-01"}

    response = client.get(INDEX, asked)

    assert response.status_code == 200
    text = page_text(response)
    assert "Aucune commune du Loiret ne répond à « Atlantide <b> »." in text
    assert "Indiquez une distance de 1 à 50 km." in text
    assert "Choisissez un semestre dans la liste." in text
    assert "Écrivez un montant en euros" in text
    assert "Indiquez les deux dates, ou aucune." in text
    assert 'value="Atlantide &lt;b&gt;"' in response.text
    assert 'value="cher"' in response.text


def test_long_list_is_cut_in_pages_that_keep_the_search(client: Client, commune: Commune) -> None:
    for _ in range(21):
        RoomFactory(offer=OfferFactory(commune=commune))

    first = client.get(INDEX, {"ou": "45901", "prix": "300"})
    last = client.get(INDEX, {"ou": "45901", "prix": "300", "page": "2"})

    assert 'href="?ou=45901&amp;prix=300&amp;page=2#resultats"' in first.text
    assert page_text(last).count("Proposé par une commune. 1 chambre") == 1
    assert "Page 2 sur 2" in page_text(client.get(INDEX, {"ou": "45901", "page": "99"}))


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ([0], "1 chambre, gratuit"),
        ([310], "1 chambre, 310 € par mois"),
        ([410, 450], "2 chambres, à partir de 410 € par mois"),
        ([0, 250], "2 chambres, dont une gratuite au moins"),
        ([None], "1 chambre, prix non communiqué"),
        ([None, None], "2 chambres, prix non communiqué"),
        ([250, None], "2 chambres, à partir de 250 € par mois"),
    ],
)
def test_line_of_an_offer_says_what_its_rooms_cost(
    client: Client, commune: Commune, prices: list[int | None], words: str
) -> None:
    offer = OfferFactory(commune=commune)
    for price in prices:
        RoomFactory(offer=offer, monthly_price=price)

    assert words in page_text(client.get(INDEX, {"ou": "45901"}))


def test_home_of_a_host_is_never_told_to_the_public(client: Client, room: Room) -> None:
    Offer.objects.update(
        kind=OfferKind.HOST,
        charter_accepted_on=date(2026, 10, 1),
        address="3 rue Secrète",
        contact_phone="+33238000000",
        latitude=47.90123,
        longitude=1.90987,
    )

    page = client.get(room.offer.get_absolute_url()).text
    listed = client.get(INDEX, {"ou": "45901"})

    for hidden in ("rue Secrète", "02 38", "La mairie d’essai", "47.90123"):
        assert hidden not in page.replace("\u00a0", " ") + listed.text
    assert "L’adresse est donnée avec la confirmation." in page
    [point] = listed.context["found"].map.points
    assert (point.lat, point.lng) == (47.9, 1.91)


@pytest.mark.parametrize("count", [1, 3])
def test_offer_shows_its_rooms_with_what_is_left_of_their_dates(
    client: Client, room: Room, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    BookingFactory(room=room, during=DateRange(date(2027, 6, 1), date(2027, 7, 1)))
    for _ in range(count - 1):
        RoomFactory(offer=room.offer)

    with django_assert_num_queries(3):
        text = page_text(client.get(room.offer.get_absolute_url()))

    assert "Chambre bleue 250 € par mois. Meublé, Internet" in text
    assert "Du 1er mai 2027 au 31 mai 2027" in text
    assert "Du 1er juillet 2027 au 31 octobre 2027" in text
    assert "Vérifié le 1er novembre 2026. Source : Source d’essai." in text
    assert text.count("Semestre de mai 2027") == count - 1


def test_wrong_slug_is_redirected(client: Client, room: Room) -> None:
    response = client.get(f"/logements/{room.offer.pk}-autre/")

    assert response.status_code == 301
    assert response["Location"] == room.offer.get_absolute_url()


def test_unknown_offer_and_photo_are_not_found(client: Client) -> None:
    assert client.get("/logements/999-essai/").status_code == 404
    unknown = "/logements/photos/00000000-0000-4000-8000-000000000000.jpg"
    assert client.get(unknown).status_code == 404


def test_tiles_of_another_server_are_allowed_only_where_they_are_set(
    client: Client, room: Room, settings: object
) -> None:
    asked = {"ou": "45901"}
    assert "img-src 'self' data:;" in client.get(INDEX, asked)["Content-Security-Policy"] + ";"

    settings.MAP_TILES = {"url": "https://tuiles.exemple.fr/{z}/{x}/{y}.png", "credit": "IGN"}
    forget_pages()

    response = client.get(INDEX, asked)
    assert "img-src 'self' data: https://tuiles.exemple.fr" in response["Content-Security-Policy"]
    assert "Afficher le fond de carte (IGN)" in page_text(response)
    assert "tuiles" not in client.get(room.offer.get_absolute_url())["Content-Security-Policy"]


def test_offer_is_described_for_search_engines(client: Client, room: Room) -> None:
    html = client.get(room.offer.get_absolute_url()).text

    assert 'itemtype="https://schema.org/Accommodation"' in html
    assert '<h1 itemprop="name">Gîte du Val</h1>' in html
    assert '<span itemprop="address">1 rue de l’Essai</span>' in html
    assert '<meta itemprop="latitude" content="47.9">' in html
    assert 'itemprop="containsPlace" itemscope itemtype="https://schema.org/Room"' in html


def test_somebodys_home_is_described_without_its_address(client: Client, room: Room) -> None:
    Offer.objects.update(
        kind=OfferKind.HOST, charter_accepted_on=date(2026, 11, 1), latitude=47.90123
    )

    html = client.get(room.offer.get_absolute_url()).text

    assert 'itemprop="address"' not in html
    assert '<meta itemprop="latitude" content="47.9">' in html
