"""The forms of housing in a browser: without scripts, filled wrongly, too late, by a host."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db.backends.postgresql.psycopg_any import DateRange
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.core import clock
from apps.lookups.housing.models import Booking, BookingState, Room, SavedSearch
from apps.lookups.housing.semesters import Semester
from tests.factories.accounts import UserFactory
from tests.factories.housing import BookingFactory
from tests.support.browser import assert_sound, screenshot, sign_in
from tests.support.housing import next_semester, rooms_of_gien, search
from tests.support.uploads import image_bytes

pytestmark = pytest.mark.browser


@pytest.fixture
def semester() -> Semester:
    return next_semester()


@pytest.fixture
def rooms(communes: None) -> list[Room]:
    return rooms_of_gien()


@pytest.fixture
def host(rooms: list[Room]) -> User:
    found = rooms[0].offer.host
    assert found
    return found


def test_student_books_a_room_without_scripts(
    page_without_scripts: Page, live_server: LiveServer, rooms: list[Room]
) -> None:
    page = page_without_scripts
    sign_in(page, UserFactory(first_name="Lou", last_name="Test"), base_url=live_server.url)
    search(page)
    page.get_by_role("link", name="Gîte de Gien 0").click()
    page.get_by_role("link", name=re.compile("^Demander")).first.click()
    page.get_by_label("Un mot à l’hôte").fill("Interne à l’hôpital de Gien.")
    page.get_by_role("button", name="Retenir la chambre").click()
    expect(page.get_by_text("La chambre est retenue pour vous.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Annuler")).click()
    page.get_by_role("button", name="Annuler la réservation").click()
    expect(page.get_by_text("Votre réservation est annulée.")).to_be_visible()
    assert Booking.objects.get().state == BookingState.CANCELLED


def test_secondary_forms_are_sound(
    page: Page, live_server: LiveServer, rooms: list[Room], host: User, semester: Semester
) -> None:
    """Those that test_housing.py only passes by: empty, filled wrongly, and too late."""
    room, space = rooms[0], "/mon-espace/logements"
    booking = BookingFactory(
        room=room,
        during=DateRange(semester.first, semester.end),
        held_until=clock.now() - timedelta(minutes=1),
    )
    search_kept = SavedSearch.objects.create(
        user=host, query="ou=45155", label="Gien", created_at=clock.now(), told_until=clock.now()
    )
    token = signing.dumps(search_kept.pk, salt="housing.alert")
    sign_in(page, host, base_url=live_server.url)
    for path in (
        f"chambres/{room.pk}/modifier/",
        f"chambres/{room.pk}/dates/",
        f"offres/{room.offer_id}/photos/ajouter/",
        f"chambres/{room.pk}/demander/",
        f"chambres/{room.pk}/attendre/",
    ):
        page.goto(f"{space}/{path}")
        assert_sound(page)
        for box in page.locator("main form input[type=text]:visible").all():
            box.fill("-1")
        page.locator("main form .btn").first.click()
        expect(page.locator(".errors h2")).to_be_visible()
        assert_sound(page)
    for path in (
        f"chambres/{room.pk}/retirer/",
        f"reservations/{booking.pk}/repondre/",
        "alertes/ajouter/?ou=45155&km=10",
        f"alertes/fin/{token}/",
    ):
        page.goto(f"{space}/{path}")
        assert_sound(page)
    page.get_by_role("button", name="Ne plus me prévenir").click()
    expect(page.get_by_text("Vous ne recevez plus cette alerte")).to_be_visible()
    assert_sound(page)
    sign_in(page, booking.student, base_url=live_server.url)
    for act in ("annuler", "accepter"):
        page.goto(f"{space}/reservations/{booking.pk}/{act}/")
        assert_sound(page)


def test_host_manages_rooms_dates_and_pictures(
    page: Page, live_server: LiveServer, rooms: list[Room], host: User
) -> None:
    sign_in(page, host, base_url=live_server.url)
    page.goto(f"/mon-espace/logements/offres/{rooms[0].offer_id}/")
    assert_sound(page)
    screenshot(page, "housing-manage")
    page.get_by_role("link", name="Ajouter une chambre").click()
    assert_sound(page)
    page.get_by_label("Nom", exact=True).fill("Studio")
    page.get_by_label("Prix par mois").fill("abc")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Écrivez un montant en euros").first).to_be_visible()
    assert_sound(page)
    page.get_by_label("Prix par mois").fill("310,50")
    page.get_by_label("Internet").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("310,50 € par mois. Internet")).to_be_visible()
    page.get_by_role("link", name="Ajouter une photo").click()
    assert_sound(page)
    page.get_by_label("Photo", exact=True).set_input_files(
        {"name": "studio.jpg", "mimeType": "image/jpeg", "buffer": image_bytes()}
    )
    page.get_by_label("Que voit-on sur la photo ?").fill("Le studio")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("img", name="Le studio")).to_be_visible()


def test_pages_reached_by_a_link_are_sound(
    page: Page, live_server: LiveServer, rooms: list[Room]
) -> None:
    token = signing.dumps(rooms[0].offer_id, salt="housing.renewal")
    page.goto(f"/mon-espace/logements/renouveler/{token}/")
    assert_sound(page)
    page.get_by_role("button", name="Oui, la garder six mois de plus").click()
    expect(page.get_by_text("Votre offre reste en ligne")).to_be_visible()
    student = UserFactory()
    sign_in(page, student, base_url=live_server.url)
    search(page)
    page.get_by_role("link", name="Être prévenu des nouvelles chambres").click()
    assert_sound(page)
    page.get_by_role("button", name="Me prévenir").click()
    expect(page.get_by_role("link", name="À 10 km de Gien")).to_be_visible()
    page.goto("/logements/?ou=zzz&km=99&prix=cher&du=hier")
    assert_sound(page)
    screenshot(page, "housing-nonsense")
