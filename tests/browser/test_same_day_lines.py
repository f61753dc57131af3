"""Line pages without a network, and left open past closing time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.core.kept_pages import forget_pages
from tests.support.browser import axe

pytestmark = pytest.mark.browser
TUESDAY_MORNING = "2026-11-24T09:30:00+01:00"
MEUNG = "/medecin-du-jour/45203-meung-sur-loire/"
GIEN = "/medecin-du-jour/45155-gien/"
_CONTROLLED = "() => navigator.serviceWorker.controller !== null"
_READY = "() => navigator.serviceWorker.ready.then(() => true)"


@pytest.fixture(autouse=True)
def _no_kept_page() -> None:
    forget_pages()


def test_visited_page_opens_without_network_and_others_say_so(page: Page, lines: None) -> None:
    page.goto(MEUNG)
    page.evaluate(_READY)
    page.goto(MEUNG)
    page.wait_for_function(_CONTROLLED)
    page.context.set_offline(True)

    page.goto(MEUNG)
    expect(page.get_by_role("link", name="07 88 97 52 33")).to_be_visible()
    assert axe(page) == []

    page.goto(GIEN)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous êtes sans connexion")
    expect(page.get_by_role("link", name="15", exact=True)).to_be_visible()


def test_page_left_open_takes_back_a_state_that_is_no_longer_sure(page: Page, lines: None) -> None:
    with time_machine.travel(TUESDAY_MORNING, tick=True):
        page.clock.install(time=clock.now())
        page.goto(MEUNG)
        expect(page.get_by_text("Ouvert jusqu’à 20 h")).to_be_visible()
        page.clock.fast_forward(timedelta(hours=11) // timedelta(milliseconds=1))
    expect(page.get_by_text("Ouvert jusqu’à 20 h")).to_have_count(0)
    expect(page.get_by_text("Page enregistrée : voyez les horaires").first).to_be_visible()
