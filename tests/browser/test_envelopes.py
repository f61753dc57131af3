"""A head tries decisions by the keyboard, and sees where the money ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.awards.models import ScenarioLine
from apps.awards.scenarios import create_scenario
from apps.casefiles.enums import CaseFileState
from apps.core import clock
from tests.factories.awards import voted_envelope
from tests.factories.casefiles import installation_file
from tests.support.browser import axe, screenshots, sideways_scroll, sign_in, tab_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def check(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that scrolls sideways, down to 320 px and in the dark."""
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
    assert sideways_scroll(page) == []
    screenshots(page, f"envelope-{name}")


def test_head_records_an_envelope_then_tries_a_scenario_by_the_keyboard(
    page: Page, live_server: LiveServer, head: User
) -> None:
    year = clock.today().year
    files = [installation_file(until=CaseFileState.UNDER_REVIEW) for _ in range(3)]
    sign_in(page, head, base_url=live_server.url)

    page.goto("/admin/awards/envelope/add/")
    page.get_by_label("Montant").fill("46 000")
    page.get_by_label("Source").fill("Budget primitif")
    check(page, "record")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Enveloppe enregistrée.")).to_be_visible()
    check(page, "one")
    page.goto("/admin/awards/envelope/")
    check(page, "list")

    page.goto("/admin/awards/scenario/add/")
    page.get_by_label("Nom du scénario").fill("Deux oui")
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("0 oui pour 0 €.")).to_be_visible()

    for case_file in files[:2]:
        tab_to(page, page.get_by_label(f"Choix, {case_file.reference}"))
        page.keyboard.press("O")
    expect(page.locator("#sommes")).to_contain_text("2 oui pour 74 000 €.")
    expect(page.locator("#sommes")).to_contain_text("il manquerait 28 000 €")
    expect(page.locator("#sommes")).to_contain_text("Pas encore enregistré.")
    assert not ScenarioLine.objects.exists()
    typed = page.get_by_label(f"Montant, {files[1].reference}")
    tab_to(page, typed)
    typed.fill("9 000,50")
    expect(page.locator("#sommes")).to_contain_text("2 oui pour 46 000,50 €.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Scénario enregistré. Rien n’est décidé.")).to_be_visible()
    expect(page.locator("#sommes")).to_contain_text("il manquerait 0,50 €")
    expect(page.locator("tr.money-line")).to_contain_text(files[1].reference)
    check(page, "scenario")
    page.goto("/admin/awards/scenario/")
    check(page, "scenarios")
    assert str(year) in page.content()


def test_scenario_without_scripts_sums_when_saved(
    page_without_scripts: Page, live_server: LiveServer, head: User
) -> None:
    page = page_without_scripts
    voted_envelope(46_000, actor=head, year=clock.today().year)
    case_file = installation_file(until=CaseFileState.UNDER_REVIEW)
    scenario = create_scenario(
        name="Prudent", programme="installation", year=clock.today().year, actor=head
    )
    sign_in(page, head, base_url=live_server.url)

    page.goto(f"/admin/awards/scenario/{scenario.pk}/change/")
    page.get_by_label(f"Choix, {case_file.reference}").select_option("Oui")
    page.get_by_role("button", name="Enregistrer le scénario").click()

    expect(page.locator("#sommes")).to_contain_text("1 oui pour 37 000 €.")
