"""A resident takes a slot with three answers and a code; an agent does it on the phone."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from apps.lookups.care_places.appointments import cancel_token
from apps.lookups.care_places.models import Appointment, AppointmentState, Service, Slot
from apps.notifications.models import OutgoingEmail
from tests.factories.care_places import AT, AppointmentFactory, PlaceFactory, SlotFactory
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SLOTS = "/admin/care_places/slot/"
APPOINTMENTS = "/admin/care_places/appointment/"


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def _ten_o_clock() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


def answers(slot: Slot, **changes: str) -> dict[str, str]:
    return {
        "name": "Camille Essai",
        "phone": "06 12 34 56 78",
        "commune": slot.place.commune_id,
        "email": "camille@exemple.fr",
        **changes,
    }


def sent_code() -> str:
    text = OutgoingEmail.objects.get(kind="appointment-code").text
    return next(word for word in text.split() if word.isdecimal() and len(word) == 6)


def test_a_resident_takes_a_slot_and_cancels_it(client: PortalClient) -> None:
    slot = SlotFactory()
    listed = page_text(client.get(f"{slot.place.get_absolute_url()}rendez-vous/"))
    assert "Samedi 21 novembre 2026 10 h" in listed
    assert "Rendez-vous sous 48 h" in page_text(client.get(slot.place.get_absolute_url()))

    address = f"/lieux-de-soins/rendez-vous/{slot.pk}/"
    response = client.post(address, answers(slot))
    assert response["Location"] == "/lieux-de-soins/rendez-vous/code/"
    assert "gardé jusqu’à 10 h 15" in page_text(client.get(response["Location"]))
    wrong = client.post(response["Location"], {"code": "000000"})
    assert "Ce code n’est pas le bon" in page_text(wrong)
    done = client.post(response["Location"], {"code": sent_code()}, follow=True)
    assert "Votre rendez-vous est pris" in page_text(done)

    email = OutgoingEmail.objects.get(kind="appointment-taken")
    assert "Camille Essai" in email.text
    link = next(word for word in email.text.split() if "/annuler/" in word)
    path = link.removeprefix("http://127.0.0.1:8000")
    assert "Annuler ce rendez-vous ?" in plain(page_text(client.get(path)))
    assert Appointment.objects.get().state == AppointmentState.BOOKED  # reading does nothing
    assert "Votre rendez-vous est annulé" in page_text(client.post(path))
    assert "Il n’y a rien à annuler" in page_text(client.get(path))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "Indiquez un nom."),
        ({"phone": "12"}, "Ce numéro n’est pas complet"),
        ({"commune": "Paris"}, "Aucune commune du Loiret ne répond à « Paris »."),
        ({"email": ""}, "Indiquez votre adresse e-mail"),
    ],
)
def test_nonsense_is_explained_and_kept(
    client: PortalClient, changes: dict[str, str], reason: str
) -> None:
    slot = SlotFactory()

    response = client.post(f"/lieux-de-soins/rendez-vous/{slot.pk}/", answers(slot, **changes))

    assert reason in plain(page_text(response))
    assert not Appointment.objects.exists()


def test_a_slot_taken_meanwhile_says_so_and_keeps_what_was_typed(client: PortalClient) -> None:
    slot = AppointmentFactory().slot
    address = f"/lieux-de-soins/rendez-vous/{slot.pk}/"

    for response in (client.get(address), client.post(address, answers(slot))):
        assert response.status_code == 409
        assert "Ce créneau vient d’être pris." in page_text(response)
    assert 'value="Camille Essai"' in response.text


def test_pages_of_nobody_lead_back(client: PortalClient) -> None:
    for page in ("code", "pris"):
        response = client.get(f"/lieux-de-soins/rendez-vous/{page}/")
        assert response["Location"] == "/lieux-de-soins/"
    assert client.get("/lieux-de-soins/rendez-vous/annuler/faux/").status_code == 404


def test_a_place_without_free_slot_says_whom_to_call(client: PortalClient) -> None:
    place = PlaceFactory()

    text = page_text(client.get(f"{place.get_absolute_url()}rendez-vous/"))

    assert "Aucun créneau libre pour le moment" in text
    assert client.get(f"/lieux-de-soins/{place.pk}-autre/rendez-vous/").status_code == 301


def test_an_editor_publishes_a_series(client: PortalClient, editor: Any) -> None:
    place = PlaceFactory(services=[Service.RESERVED_SLOTS])
    client.force_login(editor)
    asked = {
        "place": place.pk,
        "first_day": "2026-11-23",
        "last_day": "2026-11-27",
        "weekdays": ["0", "2"],
        "opens": "09:00",
        "closes": "10:00",
        "minutes": "20",
    }

    response = client.post(f"{SLOTS}add/", asked, follow=True)

    assert "6 créneaux publiés" in page_text(response)
    again = client.post(f"{SLOTS}add/", asked)
    assert again.status_code == 409
    assert "Un créneau existe déjà" in page_text(again)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"last_day": "2026-11-01"}, "Le dernier jour suit le premier."),
        ({"closes": "08:00"}, "L’heure de fin suit l’heure de début."),
        ({"weekdays": []}, "Choisissez au moins un jour."),
        ({"last_day": "2029-11-01"}, "Une série dure un an au plus."),
        ({"place": ""}, "Choisissez le lieu."),
    ],
)
def test_a_series_that_makes_no_sense_is_explained(
    client: PortalClient, editor: Any, changes: dict[str, Any], reason: str
) -> None:
    place = PlaceFactory(services=[Service.RESERVED_SLOTS])
    client.force_login(editor)
    asked = {
        "place": place.pk,
        "first_day": "2026-11-23",
        "last_day": "2026-11-27",
        "weekdays": ["0"],
        "opens": "09:00",
        "closes": "10:00",
        "minutes": "20",
    }

    response = client.post(f"{SLOTS}add/", asked | changes)

    assert reason in page_text(response)
    assert not Slot.objects.exists()


def test_an_agent_books_then_cancels_on_the_phone(client: PortalClient, caseworker: Any) -> None:
    slot = SlotFactory()
    client.force_login(caseworker)
    listed = client.get(SLOTS)
    assert f'<a href="{SLOTS}{slot.pk}/telephone/">Prendre au téléphone</a>' in listed.text
    assert "Retirer" not in page_text(listed)

    response = client.post(f"{SLOTS}{slot.pk}/telephone/", answers(slot, email=""), follow=True)
    text = page_text(response)
    assert "Rendez-vous pris, 21 novembre 2026 à 10 h." in text
    assert "Camille Essai" in text

    taken = Appointment.objects.get()
    assert taken.booked_by == caseworker
    response = client.post(f"{APPOINTMENTS}{taken.pk}/annuler/", follow=True)
    assert "Rendez-vous annulé : le créneau est libre." in plain(page_text(response))
    assert client.post(f"{APPOINTMENTS}{taken.pk}/annuler/").status_code == 409


def test_a_withdrawn_slot_says_whom_to_call(client: PortalClient, head: Any) -> None:
    taken = AppointmentFactory()
    client.force_login(head)

    page = page_text(client.get(f"{SLOTS}{taken.slot_id}/retirer/"))
    assert "Le rendez-vous de Camille Essai est annulé." in page
    response = client.post(f"{SLOTS}{taken.slot_id}/retirer/", follow=True)

    assert "Prévenez Camille Essai par téléphone : +33600000000." in plain(page_text(response))


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("editor", (200, 200, 200, 200)),
        ("head", (200, 200, 200, 200)),
        ("caseworker", (200, 200, 403, 403)),
        ("auditor", (403, 403, 403, 403)),
        ("accountant", (403, 403, 403, 403)),
    ],
)
def test_names_are_read_by_who_answers_the_phone(
    client: PortalClient, request: pytest.FixtureRequest, role: str, statuses: tuple[int, ...]
) -> None:
    slot = SlotFactory()
    client.force_login(request.getfixturevalue(role))
    pages = (
        APPOINTMENTS,
        f"{SLOTS}{slot.pk}/telephone/",
        f"{SLOTS}add/",
        f"{SLOTS}{slot.pk}/retirer/",
    )

    assert tuple(client.get(page).status_code for page in pages) == statuses


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_slots_costs_the_same_for_one_and_three(
    client: PortalClient, editor: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    place = PlaceFactory()
    for hour in range(count):
        SlotFactory(place=place, starts_at=AT.replace(hour=10 + hour))
    client.force_login(editor)
    client.get(SLOTS)

    with django_assert_max_num_queries(9):
        client.get(SLOTS)


def test_the_link_of_an_appointment_is_the_only_key(client: PortalClient) -> None:
    taken = AppointmentFactory()

    assert client.get(f"/lieux-de-soins/rendez-vous/annuler/{taken.pk}/").status_code == 404
    link = f"/lieux-de-soins/rendez-vous/annuler/{cancel_token(taken)}/"
    assert client.get(link).status_code == 200
