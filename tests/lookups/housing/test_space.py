"""« Mes logements »: what students and hosts do by the pages, and what others may not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core import signing
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.lookups.housing.models import (
    Availability,
    Booking,
    BookingState,
    Offer,
    OfferStatus,
    Photo,
    Room,
    SavedSearch,
    WaitingEntry,
)
from tests.factories.housing import SEMESTER, BookingFactory, OfferFactory, RoomFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text
from tests.support.uploads import image_bytes, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

SPACE = "/mon-espace/logements/"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STAY = {
    "du_jour": "1",
    "du_mois": "5",
    "du_annee": "2027",
    "au_jour": "31",
    "au_mois": "10",
    "au_annee": "2027",
}


@pytest.fixture
def room(other_applicant: User) -> Room:
    """Of a host with an account: Bruno."""
    commune = CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")
    offer = OfferFactory(name="Gîte du Val", commune=commune, host=other_applicant)
    return RoomFactory(name="Chambre bleue", offer=offer)


@pytest.fixture
def student(client: Client, applicant: User) -> User:
    client.force_login(applicant)
    return applicant


@pytest.fixture
def host(client: Client, other_applicant: User) -> User:
    client.force_login(other_applicant)
    return other_applicant


def test_visitor_is_led_to_sign_in(client: Client, room: Room) -> None:
    for path in ("", f"chambres/{room.pk}/demander/", f"offres/{room.offer_id}/"):
        assert client.get(f"{SPACE}{path}")["Location"].startswith("/compte/connexion/?next=")


def test_space_without_anything_leads_to_the_search(client: Client, student: User) -> None:
    assert "Vous n’avez pas demandé de chambre Trouver un logement" in page_text(client.get(SPACE))


@pytest.mark.parametrize("count", [1, 3])
def test_space_costs_the_same_for_many(
    client: Client, student: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        booking = BookingFactory(student=student)
        WaitingEntry.objects.create(
            room=booking.room, during=SEMESTER, student=student, created_at=AT
        )
        SavedSearch.objects.create(
            user=student, query=f"ou={booking.pk}", label="Ici", created_at=AT, told_until=AT
        )
        OfferFactory(host=student)
        BookingFactory(room=RoomFactory(offer=OfferFactory(host=student)))

    with django_assert_num_queries(7):
        text = page_text(client.get(SPACE))

    assert text.count("Ne plus attendre") == count


def test_student_asks_for_a_room_from_its_page(client: Client, student: User, room: Room) -> None:
    address = f"{SPACE}chambres/{room.pk}/demander/"
    page = client.get(f"{address}?du=2027-05-01&au=2027-10-31")
    assert 'value="2027"' in page.text

    response = client.post(address, {**STAY, "note": "Interne"}, follow=True)

    booking = Booking.objects.get()
    assert (booking.student, booking.during, booking.note) == (student, SEMESTER, "Interne")
    text = page_text(response)
    assert "La chambre est retenue pour vous." in text
    assert "En attente de réponse jusqu’au 25 novembre 2026 à 13 h" in text


def test_room_that_is_taken_says_so_and_keeps_what_was_typed(
    client: Client, student: User, room: Room
) -> None:
    BookingFactory(room=room)

    response = client.post(f"{SPACE}chambres/{room.pk}/demander/", {**STAY, "note": "Interne"})

    assert "Cette chambre est prise à ces dates." in page_text(response)
    assert "Interne" in response.text
    client.post(f"{SPACE}chambres/{room.pk}/attendre/", STAY)
    assert WaitingEntry.objects.get().student == student
    client.post(f"{SPACE}attente/{WaitingEntry.objects.get().pk}/quitter/")
    assert WaitingEntry.objects.get().left_at == AT


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"du_jour": "32"}, "Le jour est un nombre de 1 à 31."),
        ({"au_annee": "2026"}, "Le dernier jour suit le premier."),
        ({"du_jour": "", "du_mois": "", "du_annee": ""}, "Indiquez la date"),
    ],
)
def test_nonsense_dates_are_refused_in_words(
    client: Client, student: User, room: Room, dates: dict[str, str], reason: str
) -> None:
    response = client.post(f"{SPACE}chambres/{room.pk}/demander/", STAY | dates)

    assert reason in page_text(response)
    assert not Booking.objects.exists()


def test_student_cancels_their_own_only(client: Client, student: User, room: Room) -> None:
    own = BookingFactory(room=room, student=student)
    other = BookingFactory()

    assert client.post(f"{SPACE}reservations/{other.pk}/annuler/").status_code == 404
    assert "Vous ne pourrez pas revenir" in page_text(
        client.get(f"{SPACE}reservations/{own.pk}/annuler/")
    )
    client.post(f"{SPACE}reservations/{own.pk}/annuler/")
    own.refresh_from_db()
    assert own.state == BookingState.CANCELLED
    again = page_text(client.get(f"{SPACE}reservations/{own.pk}/annuler/"))
    assert "Cette réservation est déjà finie." in again


def test_student_accepts_what_the_line_offers(client: Client, student: User, room: Room) -> None:
    offered = BookingFactory(room=room, student=student, state=BookingState.OFFERED)

    assert "Répondre" in page_text(client.get(SPACE))
    client.post(f"{SPACE}reservations/{offered.pk}/accepter/")

    offered.refresh_from_db()
    assert offered.state == BookingState.HELD
    late = page_text(client.post(f"{SPACE}reservations/{offered.pk}/accepter/"))
    assert "Cette proposition n’est plus valable." in late


def test_host_confirms_or_declines(client: Client, host: User, room: Room) -> None:
    booking = BookingFactory(room=room, name="Lou Test", note="Interne")
    address = f"{SPACE}reservations/{booking.pk}/repondre/"

    assert "Lou Test" in page_text(client.get(SPACE))
    assert "Interne" in page_text(client.get(address))
    client.post(address, {"decline": "1", "answer": "Travaux"})

    booking.refresh_from_db()
    assert (booking.state, booking.answer) == (BookingState.DECLINED, "Travaux")
    assert "déjà « Déclinée »" in page_text(client.post(address, {"confirm": "1"}))


def test_host_pages_are_closed_to_others(client: Client, student: User, room: Room) -> None:
    booking = BookingFactory(room=room)
    opened = room.availabilities.get()

    for path in (
        *(f"reservations/{booking.pk}/repondre/", f"offres/{room.offer_id}/"),
        *(f"offres/{room.offer_id}/chambres/ajouter/", f"chambres/{room.pk}/modifier/"),
        *(f"chambres/{room.pk}/dates/", f"chambres/{room.pk}/retirer/"),
        f"offres/{room.offer_id}/photos/ajouter/",
    ):
        assert client.get(f"{SPACE}{path}").status_code == 403, path
    assert client.post(f"{SPACE}dates/{opened.pk}/retirer/").status_code == 403


def test_host_keeps_rooms_dates_and_prices(client: Client, host: User, room: Room) -> None:
    offer = f"{SPACE}offres/{room.offer_id}/"
    added = {"name": "Studio", "monthly_price": "1 250,50", "amenities": ["velo"]}
    client.post(f"{offer}chambres/ajouter/", added)
    studio = Room.objects.get(name="Studio")
    assert (str(studio.monthly_price), studio.amenities) == ("1250.50", ["velo"])

    same = client.post(f"{offer}chambres/ajouter/", added)
    assert "Une chambre porte déjà ce nom." in page_text(same)

    client.post(f"{SPACE}chambres/{studio.pk}/dates/", STAY)
    assert studio.availabilities.get().during == SEMESTER
    again = client.post(f"{SPACE}chambres/{studio.pk}/dates/", STAY)
    assert "La chambre est déjà ouverte sur une partie de ces dates." in page_text(again)

    assert "Ouverte : semestre de mai 2027" in page_text(client.get(offer))
    client.post(f"{SPACE}dates/{studio.availabilities.get().pk}/retirer/")
    assert not Availability.objects.filter(room=studio).exists()
    client.post(f"{SPACE}chambres/{studio.pk}/retirer/")
    studio.refresh_from_db()
    assert studio.withdrawn_on == date(2026, 11, 22)


def test_host_adds_and_removes_a_photo(client: Client, host: User, room: Room) -> None:
    address = f"{SPACE}offres/{room.offer_id}/photos/ajouter/"
    sent = {"picture": upload(image_bytes(), "chambre.jpg"), "alt": "Une chambre claire"}

    client.post(address, sent)

    photo = Photo.objects.get()
    page = client.get(room.offer.get_absolute_url())
    assert f'src="/logements/photos/{photo.image_id}.jpg" alt="Une chambre claire"' in page.text
    without_alt = {"picture": upload(image_bytes(), "chambre.jpg"), "alt": ""}
    assert "Décrivez la photo en quelques mots." in page_text(client.post(address, without_alt))
    client.post(f"{SPACE}photos/{photo.pk}/retirer/")
    assert not Photo.objects.exists()


def test_alert_is_kept_once_and_stopped_by_its_link(
    client: Client, student: User, room: Room
) -> None:
    address = f"{SPACE}alertes/ajouter/?ou=45901&km=10&semestre=2027-05&page=2"
    assert "À 10 km d’Essai-le-Roi, semestre de mai 2027" in page_text(client.get(address))
    client.post(address)
    search = SavedSearch.objects.get()
    assert search.query == "km=10&ou=45901&semestre=2027-05"
    assert "Vous suivez déjà cette recherche." in page_text(client.post(address))

    client.logout()
    token = signing.dumps(search.pk, salt="housing.alert")
    link = f"{SPACE}alertes/fin/{token}/"
    assert "Ne plus me prévenir" in page_text(client.get(link))
    assert SavedSearch.objects.exists()
    assert "Vous ne recevez plus cette alerte." in page_text(client.post(link))
    assert not SavedSearch.objects.exists()
    assert client.get(f"{SPACE}alertes/fin/faux/").status_code == 404


def test_alert_on_nonsense_is_not_found(client: Client, student: User) -> None:
    assert client.get(f"{SPACE}alertes/ajouter/?ou=Atlantide").status_code == 404


def test_host_keeps_the_offer_by_the_link_alone(client: Client, room: Room) -> None:
    Offer.objects.update(expires_on=date(2026, 12, 1), asked_on=date(2026, 11, 20))
    token = signing.dumps(room.offer_id, salt="housing.renewal")
    link = f"{SPACE}renouveler/{token}/"

    assert "Proposez-vous toujours ce logement ?" in page_text(client.get(link))
    assert "reste en ligne jusqu’au 22 mai 2027" in page_text(client.post(link, {"keep": "1"}))
    assert Offer.objects.get().asked_on is None
    assert "n’est plus en ligne" in page_text(client.post(link, {"withdraw": "1"}))
    assert Offer.objects.get().status == OfferStatus.WITHDRAWN
    assert "appelez le guichet" in page_text(client.get(link))
    assert client.get(f"{SPACE}renouveler/faux/").status_code == 404
