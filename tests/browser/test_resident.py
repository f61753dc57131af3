"""A resident finds the number to call: with a mouse, a keyboard, a phone, and without scripts."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Page, expect

from apps.core.kept_pages import forget_pages
from tests.support.browser import axe, sideways_scroll, tab_to

pytestmark = pytest.mark.browser
TUESDAY_MORNING = "2026-11-24T09:30:00+01:00"
SATURDAY = "2026-11-28T09:30:00+01:00"
BOX = "Votre commune ou code postal"
OUEST_LOIRET = "07 88 97 52 33"


@pytest.fixture(autouse=True)
def _no_kept_page() -> None:
    forget_pages()


def test_resident_types_a_commune_and_reads_the_number(page: Page, lines: None) -> None:
    with time_machine.travel(TUESDAY_MORNING, tick=True):
        page.goto("/")
        assert axe(page) == []
        page.get_by_label(BOX).press_sequentially("meung", delay=20)
        expect(page.get_by_role("option").first).to_contain_text("Meung-sur-Loire")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Trouver le numéro").click()
        page.wait_for_url("**/medecin-du-jour/45203-meung-sur-loire/")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Meung-sur-Loire")
    number = page.get_by_role("link", name=OUEST_LOIRET).first
    expect(number).to_have_attribute("href", "tel:+33788975233")
    expect(page.get_by_text("Ouvert jusqu’à 20 h").first).to_be_visible()
    assert axe(page) == []
    assert sideways_scroll(page) == []


def test_suggestions_come_to_whoever_goes_to_the_box(page: Page, lines: None) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/medecin-du-jour/", wait_until="networkidle")
    assert not any("commune-field" in address for address in fetched)

    page.get_by_label(BOX).fill("meung")

    expect(page.get_by_role("option").first).to_contain_text("Meung-sur-Loire")
    assert axe(page) == []


def test_resident_with_a_keyboard_only(page: Page, lines: None) -> None:
    with time_machine.travel(TUESDAY_MORNING, tick=True):
        page.goto("/")
        tab_to(page, page.get_by_label(BOX))
        page.keyboard.type("45130 Meung-sur-Loire")
        page.keyboard.press("Enter")
        page.wait_for_url("**/medecin-du-jour/45203-meung-sur-loire/")
        tab_to(page, page.get_by_role("link", name=OUEST_LOIRET).first)


def test_resident_without_scripts_chooses_among_the_communes_of_a_postcode(
    page_without_scripts: Page, lines: None
) -> None:
    page = page_without_scripts
    with time_machine.travel(SATURDAY, tick=True):
        page.goto("/")
        page.get_by_label(BOX).fill("45130")
        page.get_by_role("button", name="Trouver le numéro").click()
        page.get_by_role("link", name="Meung-sur-Loire").click()

    expect(page.get_by_role("link", name=OUEST_LOIRET).first).to_be_visible()
    expect(page.get_by_text("Fermé, rouvre lundi à 8 h").first).to_be_visible()


def test_resident_on_a_phone_sees_emergencies_and_the_number_at_once(
    phone: Page, lines: None
) -> None:
    with time_machine.travel(TUESDAY_MORNING, tick=True):
        phone.goto("/medecin-du-jour/45203-meung-sur-loire/")
    for name in ("15", "112", "114"):
        expect(phone.get_by_role("link", name=name, exact=True).first).to_be_in_viewport()
    expect(phone.get_by_role("link", name=OUEST_LOIRET).first).to_be_in_viewport()


def test_resident_misspells_and_is_helped(page: Page, lines: None) -> None:
    page.goto("/medecin-du-jour/?q=Orlean+xyz")
    expect(page.get_by_label(BOX)).to_have_value("Orlean xyz")
    assert axe(page) == []
    assert sideways_scroll(page) == []
