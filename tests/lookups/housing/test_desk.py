"""Housing at the desk: verification, seasons, the fair's board."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.lookups.housing.models import Availability, Booking, Offer, OfferKind, OfferStatus, Room
from apps.notifications.models import OutgoingEmail
from tests.factories.housing import SEMESTER, BookingFactory, OfferFactory, RoomFactory
from tests.factories.territory import CommuneFactory
from tests.support.text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

OFFERS = "/admin/housing/offer/"
BOARD = f"{OFFERS}disponible/"
SEASON = f"{OFFERS}saison/"


@pytest.fixture
def room() -> Room:
    commune = CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")
    return RoomFactory(name="Chambre bleue", offer=OfferFactory(name="Gîte", commune=commune))


@pytest.mark.parametrize("path", [OFFERS, BOARD, SEASON, "/admin/housing/booking/"])
def test_desk_is_closed_to_students(client: Client, applicant: User, path: str) -> None:
    client.force_login(applicant)
    assert client.get(path).status_code == 302


def test_auditor_reads_the_board_and_changes_nothing(
    client: Client, auditor: User, room: Room
) -> None:
    client.force_login(auditor)

    assert "Chambre bleue" in page_text(client.get(BOARD))
    assert client.get(SEASON).status_code == 403
    assert client.get(f"{BOARD}{room.pk}/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_board_shows_what_is_free_for_the_next_semester(
    client: Client,
    caseworker: User,
    room: Room,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(caseworker)
    client.get("/admin/")
    BookingFactory(room=RoomFactory(name="Prise", offer=room.offer))
    for _ in range(count - 1):
        RoomFactory(offer=OfferFactory(commune=room.offer.commune, latitude=48.0))

    with django_assert_num_queries(4):  # session, person, roles, rooms
        text = page_text(client.get(BOARD))
    with django_assert_num_queries(6):
        near = page_text(client.get(BOARD, {"semestre": "2027-05", "ou": "45901"}))

    plural = "s" if count > 1 else ""
    assert f"{count} chambre{plural} libre{plural}, semestre de mai 2027" in text
    assert "Prise" not in text
    assert "Essai-le-Roi, à moins d’un kilomètre Chambre bleue, Gîte" in near


def test_board_with_nonsense_says_so(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)

    text = page_text(client.get(BOARD, {"semestre": "hier", "ou": "Atlantide"}))

    assert "Cette réponse n’est pas dans la liste." in text
    assert "Aucune chambre libre" not in text
    assert "Aucune commune du Loiret" in text


def test_agent_holds_a_room_for_a_visitor(client: Client, caseworker: User, room: Room) -> None:
    client.force_login(caseworker)
    address = f"{BOARD}{room.pk}/?semestre=2027-05"
    typed = {
        "name": "Lou Test",
        "email": "lou@exemple.fr",
        "note": "",
        "du_jour": "1",
        "du_mois": "5",
        "du_annee": "2027",
        "au_jour": "31",
        "au_mois": "10",
        "au_annee": "2027",
    }
    assert 'value="31"' in client.get(address).text

    client.post(address, typed)

    booking = Booking.objects.get()
    assert (booking.student, booking.name, booking.during) == (None, "Lou Test", SEMESTER)
    assert OutgoingEmail.objects.filter(to="lou@exemple.fr").count() == 1
    again = client.post(address, typed)
    assert "Cette chambre est prise à ces dates." in page_text(again)
    assert 'value="Lou Test"' in again.text


def test_season_opens_in_one_step_and_twice_changes_nothing(
    client: Client, head: User, room: Room
) -> None:
    client.force_login(head)
    Availability.objects.all().delete()
    # Half of it is open already.
    Availability.objects.create(
        room=room,
        during=(date(2027, 5, 1), date(2027, 7, 1)),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    RoomFactory(offer=room.offer, open_during=[])
    RoomFactory(offer=OfferFactory(kind=OfferKind.SCHOOL), open_during=[])
    RoomFactory(offer=OfferFactory(status=OfferStatus.CANDIDATE), open_during=[])
    typed = {"semestre": "2027-05", "types": ["commune"]}

    first = page_text(client.post(SEASON, typed, follow=True))
    second = page_text(client.post(SEASON, typed, follow=True))

    assert "Semestre de mai 2027 : 2 chambre(s) ouverte(s)." in first
    assert "Semestre de mai 2027 : 0 chambre(s) ouverte(s)." in second
    assert [each.during.lower for each in room.availabilities.order_by("during")] == [
        date(2027, 5, 1),
        date(2027, 7, 1),
    ]
    assert Availability.objects.count() == 3


def test_season_without_a_kind_says_so(client: Client, head: User) -> None:
    client.force_login(head)

    text = page_text(client.post(SEASON, {"semestre": "2027-05"}))

    assert "Choisissez au moins un type de logement." in text


def test_candidate_is_put_online_with_who_verified_it(client: Client, head: User) -> None:
    client.force_login(head)
    school = OfferFactory(
        kind=OfferKind.SCHOOL,
        status=OfferStatus.CANDIDATE,
        verified_on=None,
        verified_by=None,
        expires_on=None,
    )
    private = OfferFactory(kind=OfferKind.HOST, status=OfferStatus.CANDIDATE)

    response = client.post(
        OFFERS,
        {"action": "put_online", "_selected_action": [school.pk, private.pk]},
        follow=True,
    )

    school.refresh_from_db()
    private.refresh_from_db()
    assert (school.status, school.verified_by, school.expires_on) == (
        OfferStatus.ONLINE,
        head,
        date(2027, 5, 22),
    )
    assert private.status == OfferStatus.CANDIDATE
    assert "l’hôte n’a pas accepté la charte" in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_many(
    client: Client, head: User, count: int, django_assert_max_num_queries: object
) -> None:
    client.force_login(head)
    for _ in range(count):
        BookingFactory()

    for path in (OFFERS, "/admin/housing/booking/?etat=a-repondre"):
        with django_assert_max_num_queries(13):
            response = client.get(path)
        assert response.status_code == 200
    assert page_text(response).count("Répondre à Camille") == count


def test_offer_that_breaks_a_rule_says_it_in_french(client: Client, head: User) -> None:
    client.force_login(head)
    offer = OfferFactory(status=OfferStatus.CANDIDATE, verified_on=None, verified_by=None)
    page = client.get(f"{OFFERS}{offer.pk}/change/")
    values = {
        name: "" if field.value() is None else str(getattr(field.value(), "pk", field.value()))
        for field in page.context["adminform"].form
        for name in [field.html_name]
    }
    response = client.post(f"{OFFERS}{offer.pk}/change/", {**values, "status": OfferStatus.ONLINE})

    assert "Avant d’être en ligne, une offre est vérifiée" in page_text(response)
    assert Offer.objects.get().status == OfferStatus.CANDIDATE


def test_first_page_counts_what_waits(client: Client, caseworker: User) -> None:
    client.force_login(caseworker)
    BookingFactory()
    OfferFactory(expires_on=date(2026, 12, 1))

    text = page_text(client.get("/admin/"))

    assert "Demandes de logement sans réponse" in text
    assert "Offres de logement bientôt finies" in text
