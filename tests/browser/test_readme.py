"""The README's pictures, taken from the pages themselves (`make screenshots`)."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Page

from apps.core.kept_pages import forget_pages
from tests.support.browser import axe, screenshot, sideways_scroll


@pytest.fixture(autouse=True)
def _no_kept_page() -> None:
    forget_pages()


def test_line_of_a_commune(page: Page, lines: None) -> None:
    page.set_viewport_size({"width": 1000, "height": 760})
    with time_machine.travel("2026-11-24T09:30:00+01:00", tick=True):
        page.goto("/medecin-du-jour/45234-orleans/")
    screenshot(page, "line", readme=True)
    assert page.get_by_role("link", name="07 88 85 71 51").is_visible()
    assert axe(page) == []
    assert sideways_scroll(page) == []


def test_simulator_with_its_answer(page: Page, loiret: None) -> None:
    call_command("load_programmes", stdout=StringIO())
    page.set_viewport_size({"width": 1000, "height": 760})
    page.goto(
        "/aides/installation/simulateur/?profession=masseur-kinesitherapeute&commune=45285"
        "&date=2023-06-01&maitre_de_stage=promesse&premiere_installation=oui&aide_ars=non"
    )
    assert page.get_by_text("37 000 €").first.is_visible()
    screenshot(page, "simulator", readme=True)
    assert axe(page) == []
    assert sideways_scroll(page) == []
