"""The public pages as people meet them: small phones, no script, keyboard, both schemes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.browser import axe, screenshots, sideways_scroll, tab_to

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [
    *("/", "/aides/", "/aide/", "/plan-du-site/", "/accessibilite/"),
    *("/mentions-legales/", "/donnees-personnelles/", "/rien-de-tel/"),
]


@pytest.mark.parametrize("address", PAGES)
def test_page_suits_everybody(page: Page, address: str) -> None:
    page.goto(address)
    assert axe(page) == []
    assert sideways_scroll(page) == []
    name = address.strip("/") or "home"
    screenshots(page, f"portal-{name}")


def test_first_view_takes_three_requests(page: Page) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - not a builtin
    page.goto("/", wait_until="networkidle")
    assert len(requests) <= 3, [request.url for request in requests]


def test_menu_of_a_phone_opens_without_a_script(page_without_scripts: Page) -> None:
    page_without_scripts.set_viewport_size({"width": 360, "height": 740})
    page_without_scripts.goto("/")
    header = page_without_scripts.locator("header")
    assert header.bounding_box()["height"] <= 72  # type: ignore[index]
    expect(header.get_by_role("link", name="Aides")).to_be_hidden()
    header.get_by_text("Menu").click()
    header.get_by_role("link", name="Aides").click()
    expect(page_without_scripts).to_have_url(re.compile(r"/aides/$"))


def test_keyboard_reaches_the_first_control_and_can_skip_the_menu(page: Page) -> None:
    page.goto("/")
    skip = page.get_by_role("link", name="Aller au contenu")
    assert tab_to(page, skip) == 1
    page.keyboard.press("Enter")
    box = page.get_by_label("Votre commune ou code postal")
    assert tab_to(page, box) == 1
    box.fill("Patay")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/medecin-du-jour/"))


def test_controls_are_large_enough_for_a_thumb(phone: Page) -> None:
    phone.goto("/")
    for control in phone.locator("form input:visible, form button:visible, summary").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
