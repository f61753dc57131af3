"""A head runs a commission from the first proposal to the report, mostly by the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.factories.awards import listed_item, planned_session
from tests.factories.casefiles import installation_file
from tests.support.browser import axe, screenshots, sideways_scroll, sign_in, tab_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


def check(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that scrolls sideways; pictures on a phone and a desk."""
    assert axe(page) == []
    assert sideways_scroll(page) == []
    screenshots(page, f"commission-{name}")


def plan_session_of_today(page: Page) -> None:
    page.goto("/admin/awards/session/")
    check(page, "list-empty")
    page.get_by_role("link", name="Prévoir une commission").first.click()
    page.get_by_label("Intitulé").fill("Commission permanente")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez la date")
    check(page, "plan")
    today = clock.today()
    for part, value in (("Jour", today.day), ("Mois", today.month), ("Année", today.year)):
        page.get_by_label(part, exact=True).fill(str(value))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Commission permanente")
    check(page, "empty")


def test_head_runs_a_commission_from_the_first_proposal_to_the_report(
    page: Page, live_server: LiveServer, head: User
) -> None:
    earlier = clock.now() - timedelta(days=20)
    files = [
        installation_file(until=CaseFileState.PROPOSED, at=earlier),
        installation_file(until=CaseFileState.PROPOSED, at=earlier, outcome=Outcome.REJECT),
        installation_file(until=CaseFileState.PROPOSED, at=earlier),
    ]
    installation_file(until=CaseFileState.PROPOSED, at=earlier, caseworker=head)
    sign_in(page, head, base_url=live_server.url)

    plan_session_of_today(page)
    page.get_by_role("link", name="Inscrire des dossiers").first.click()
    for case_file in files:
        page.get_by_label(case_file.reference).check()
    check(page, "add-files")
    page.get_by_role("button", name="Inscrire les dossiers cochés").click()
    expect(page.get_by_text("3 dossiers inscrits à l’ordre du jour.")).to_be_visible()
    check(page, "agenda")

    # The order, by the keyboard alone.
    third = page.get_by_role("button", name=f"Monter {files[2].reference}")
    tab_to(page, third)
    page.keyboard.press("Enter")
    rows = page.locator("table.agenda tbody tr")
    expect(rows.nth(1)).to_contain_text(files[2].reference)

    page.get_by_role("link", name="Enregistrer les votes").click()
    check(page, "votes")
    first = page.get_by_role("group", name=f"Vote, {files[0].reference}")
    expect(first.get_by_label("Suivre : accorder")).to_be_checked()
    reason = page.get_by_label(f"Motif du refus, {files[2].reference}")
    expect(reason).to_be_hidden()
    page.get_by_role("group", name=f"Vote, {files[2].reference}").get_by_label("Refuser").check()
    expect(reason).to_be_visible()
    page.get_by_role("button", name="Enregistrer et passer à la clôture").click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez le motif du refus")
    check(page, "votes-error")
    reason.fill("Enveloppe de l’année réservée aux zones sous-dotées.")
    page.get_by_role("button", name="Enregistrer et passer à la clôture").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Clore la commission")
    expect(page.get_by_text("1 accord pour 37 000 €, 2 refus.")).to_be_visible()
    check(page, "close")
    page.get_by_label("Numéro de la délibération").fill("CP-2026-11-22/D07")
    page.get_by_role("button", name="Clore la commission").click()
    expect(page.get_by_text("Commission close : 1 accord pour 37 000 €, 2 refus.")).to_be_visible()
    check(page, "closed")
    expect(page.get_by_role("link", name="Relevé de décisions (PDF)")).to_be_visible()

    page.goto("/admin/awards/session/")
    check(page, "list")
    assert CaseFile.objects.get(pk=files[0].pk).state == CaseFileState.GRANTED


def test_commission_without_scripts_on_a_phone(
    page_without_scripts: Page, live_server: LiveServer, head: User
) -> None:
    page = page_without_scripts
    page.set_viewport_size({"width": 360, "height": 740})
    session = planned_session(actor=head, held_on=clock.today())
    item = listed_item(session=session, actor=head, at=clock.now())
    sign_in(page, head, base_url=live_server.url)

    page.goto(f"/admin/awards/session/{session.pk}/votes/")
    page.get_by_role("button", name="Enregistrer et passer à la clôture").click()
    page.get_by_label("Numéro de la délibération").fill("D08")
    page.get_by_role("button", name="Clore la commission").click()

    expect(page.get_by_text("Commission close : 1 accord")).to_be_visible()
    assert CaseFile.objects.get(pk=item.case_file_id).state == CaseFileState.GRANTED
