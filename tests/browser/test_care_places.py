"""Places of care in the browser: a resident finds and books, an agent answers the phone, an editor
imports an extract."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.core.kept_pages import forget_pages
from apps.lookups.care_places.models import Appointment, AppointmentState, Place, PlaceKind, Service
from apps.notifications.models import OutgoingEmail
from apps.territory.models import Commune
from tests.factories.care_places import PlaceFactory, SlotFactory
from tests.support.browser import assert_sound, axe, screenshot, sign_in, tab_to, unseen_focus
from tests.support.extracts import finess, location, structure

pytestmark = pytest.mark.browser

ALWAYS = "24/7"


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    forget_pages()
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def clinic(communes: None) -> Place:
    """Open day and night in Chécy, with a slot tomorrow."""
    place: Place = PlaceFactory(
        name="Clinique d’essai",
        kind=PlaceKind.CLINIC,
        commune=Commune.objects.get(pk="45089"),
        latitude=47.8945,
        longitude=2.0236,
        phone="+33238000001",
        opening_hours=ALWAYS,
        services=[Service.RESERVED_SLOTS],
        takes_new_patients=True,
        new_patients_on=clock.today(),
    )
    PlaceFactory(name="Maison fermée", commune=place.commune, latitude=47.8945, longitude=2.0236)
    SlotFactory(place=place, starts_at=clock.now() + timedelta(hours=20))
    return place


def find_open_place(page: Page) -> None:
    page.goto("/lieux-de-soins/")
    assert_sound(page)
    page.get_by_label("Autour de quelle commune ?").fill("Chécy (45430)")
    page.get_by_text("Préciser la recherche").click()
    page.get_by_label("Ouvert maintenant").check()
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", level=2, name="1 lieu à 15")).to_be_visible()
    expect(page.get_by_text("Maison fermée")).to_have_count(0)
    assert_sound(page)


def nothing(page: Page) -> None:
    """Without scripts there is nothing to look into a page with."""


def book(page: Page, *, look: Callable[[Page], None] = assert_sound) -> None:
    page.get_by_role("link", name="Clinique d’essai").click()
    expect(page.get_by_text("Rendez-vous sous 48 h :")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Prendre rendez-vous").click()
    look(page)
    page.locator("main .tabs a").first.click()
    look(page)
    page.get_by_label("Nom et prénom").fill("Camille Essai")
    page.get_by_label("Téléphone", exact=True).fill("06 12 34 56 78")
    page.get_by_label("Votre commune").fill("Chécy (45430)")
    page.get_by_label("Adresse e-mail").fill("camille@exemple.fr")
    page.get_by_role("button", name="Recevoir mon code").click()
    expect(page.get_by_role("heading", name="Entrez le code reçu")).to_be_visible()
    look(page)
    found = re.search(r"\b\d{6}\b", OutgoingEmail.objects.get(kind="appointment-code").text)
    assert found
    page.get_by_label("Code reçu par e-mail").fill(found.group())
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.get_by_role("heading", name="Votre rendez-vous est pris")).to_be_visible()
    look(page)


def cancel(page: Page, *, look: Callable[[Page], None] = assert_sound) -> None:
    text = OutgoingEmail.objects.get(kind="appointment-taken").text
    page.goto(next(word for word in text.split() if "/annuler/" in word))
    look(page)
    page.get_by_role("button", name="Annuler le rendez-vous").click()
    expect(page.get_by_role("heading", name="Votre rendez-vous est annulé")).to_be_visible()
    assert Appointment.objects.get().state == AppointmentState.CANCELLED


def test_a_resident_on_a_phone_finds_books_and_cancels(phone: Page, clinic: Place) -> None:
    find_open_place(phone)
    screenshot(phone, "care-list-phone")
    book(phone)
    screenshot(phone, "care-booked-phone")
    cancel(phone)


def test_a_resident_without_scripts_finds_books_and_cancels(
    page_without_scripts: Page, clinic: Place
) -> None:
    page = page_without_scripts
    page.goto("/lieux-de-soins/?commune=45089&ouvert=on")
    expect(page.get_by_role("heading", level=2, name="1 lieu à 15")).to_be_visible()
    page.get_by_role("link", name="Rendez-vous sous 48 h").click()
    page.locator("main .tabs a").first.click()
    page.get_by_label("Nom et prénom").fill("Camille Essai")
    page.get_by_label("Téléphone", exact=True).fill("12")
    page.get_by_label("Votre commune").fill("45089")
    page.get_by_role("button", name="Recevoir mon code").click()
    expect(page.get_by_text("Ce numéro n’est pas complet").first).to_be_visible()
    expect(page.get_by_label("Nom et prénom")).to_have_value("Camille Essai")
    page.goto("/lieux-de-soins/?commune=45089")
    book(page, look=nothing)
    cancel(page, look=nothing)


def test_a_resident_with_a_keyboard_reaches_a_slot(page: Page, clinic: Place) -> None:
    page.goto(f"{clinic.get_absolute_url()}rendez-vous/")
    tab_to(page, page.locator("main .tabs a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Votre rendez-vous")).to_be_visible()
    assert unseen_focus(page) == []


def test_an_agent_books_by_phone_and_cancels(
    page: Page, clinic: Place, caseworker: Any, live_server: Any
) -> None:
    sign_in(page, caseworker, base_url=live_server.url)
    page.goto("/admin/care_places/slot/")
    assert axe(page) == []
    screenshot(page, "care-slots-desk")
    page.get_by_role("link", name="Prendre au téléphone").click()
    assert axe(page) == []
    page.get_by_label("Nom et prénom").fill("Dominique Essai")
    page.get_by_label("Téléphone", exact=True).fill("06 12 34 56 78")
    page.get_by_label("Commune où habite la personne").fill("Chécy (45430)")
    page.get_by_role("button", name="Prendre le rendez-vous").click()
    expect(page.get_by_text("Rendez-vous pris,")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "care-appointments-desk")
    page.get_by_role("link", name="Annuler").click()
    assert axe(page) == []
    page.get_by_role("button", name="Annuler le rendez-vous").click()
    expect(page.get_by_text("le créneau est libre")).to_be_visible()


def test_an_editor_imports_an_extract_and_settles_a_duplicate(
    page: Page, clinic: Place, editor: Any, live_server: Any, tmp_path: Path
) -> None:
    damaged, sound = tmp_path / "abime.csv", tmp_path / "finess.csv"
    damaged.write_bytes(finess(structure(), location(), structure("45")))
    sound.write_bytes(finess(structure(rslongue="CLINIQUE D'ESSAIS"), location()))
    sign_in(page, editor, base_url=live_server.url)
    page.goto("/admin/care_places/extract/add/")
    assert axe(page) == []

    for path in (damaged, sound):
        page.get_by_label("Fichier").set_input_files(path)
        page.get_by_label("Jour").fill("1")
        page.get_by_label("Mois").fill("11")
        page.get_by_label("Année").fill("2026")
        page.get_by_role("button", name="Lire le fichier").click()
        if path is damaged:
            expect(page.get_by_text("Ligne 4")).to_be_visible()
            assert axe(page) == []
    assert axe(page) == []
    screenshot(page, "care-extract-desk")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("Extrait appliqué").first).to_be_visible()
    Place.objects.filter(finess="450000001").update(latitude=47.8945, longitude=2.0236)

    page.goto("/admin/care_places/place/doublons/")
    assert axe(page) == []
    page.get_by_role("link", name="Comparer").first.click()
    assert axe(page) == []
    page.get_by_role("button", name="Garder « Clinique d’essai »").click()
    expect(page.get_by_text("Fusionné")).to_be_visible()
    clinic.refresh_from_db()
    assert clinic.finess == "450000001"
    page.goto("/admin/care_places/slot/add/")
    assert axe(page) == []


def test_thirty_minutes_is_read_by_everybody(phone: Page, clinic: Place) -> None:
    phone.goto("/lieux-de-soins/trente-minutes/")
    expect(phone.get_by_role("img", name="Temps de route estimé")).to_be_visible()
    assert_sound(phone)
    screenshot(phone, "care-thirty-minutes-phone")


def test_a_communes_page_prints_on_one_sheet(page: Page, lines: None, tmp_path: Path) -> None:
    """The longest: all its parts, with names as long as they come."""
    commune = Commune.objects.get(pk="45203")
    for number in range(8):
        kind = PlaceKind.SENTINEL_PHARMACY if number > 5 else PlaceKind.HEALTH_HOUSE
        place = PlaceFactory(
            name=f"Maison de santé pluriprofessionnelle universitaire d’essai {number}",
            kind=kind,
            commune=commune,
            latitude=commune.hall_latitude,
            longitude=commune.hall_longitude,
            phone="+33238000001",
            opening_hours=ALWAYS,
            takes_new_patients=True,
            new_patients_on=datetime.now(UTC).date(),
        )
        if number < 2:
            SlotFactory(place=place, starts_at=clock.now() + timedelta(hours=20))
    page.goto(commune.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Santé à Meung-sur-Loire")
    assert_sound(page)
    screenshot(page, "commune-desktop")

    path = tmp_path / "commune.pdf"
    page.pdf(path=path, prefer_css_page_size=True)

    with pikepdf.open(path) as document:
        assert len(document.pages) == 1
