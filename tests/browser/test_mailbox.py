"""The demo's mailbox in a browser: the HTML version shows in its frame, and its link leaves it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apps.casefiles.receipts import service
from apps.notifications.queue import queue_email
from tests.browser.conftest import OpenPage
from tests.demo import urls
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.browser import axe, screenshots, sideways_scroll, tab_to

LIST = "/demo/courriels/"


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = urls.__name__


def queue_notice(address: str) -> None:
    OutgoingEmailFactory(failed=True, to="bruno.demo@exemple.fr")
    OutgoingEmailFactory(
        sent=True, html="", subject="Votre code de connexion", text="Votre code\u00a0: 123456\n"
    )
    queue_email(
        "casefile-message",
        to="camille.demo@exemple.fr",
        context={
            "name": "Camille Démo",
            "programme": "Aide à l’installation",
            "reference": "INS-2026-00042-K",
            "url": address,
            "service": service(),
        },
        attachments=[StoredFileFactory(name="accuse-reception.pdf")],
    )


@pytest.mark.django_db(transaction=True)
def test_visitor_finds_an_email_and_follows_its_link(page: Page) -> None:
    page.goto(LIST)
    page.get_by_text("Aucun courriel n’est encore parti").wait_for()
    queue_notice(page.url)
    page.reload()
    page.get_by_label("Adresse e-mail").fill("camille")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
    # Not a look inside: the frame runs no script, not even Playwright's.
    tab_to(page, page.locator("iframe"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Courriels envoyés")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_mailbox_is_accessible_and_fits_a_small_telephone(open_page: OpenPage, phone: Page) -> None:
    queue_notice("http://127.0.0.1:8000/mon-espace/")
    page = open_page()
    page.goto(LIST)
    assert axe(page) == []
    assert sideways_scroll(page) == []
    page.get_by_role("link", name="Un message du guichet").click()
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    assert sideways_scroll(page) == []
    phone.goto(LIST)
    screenshots(phone, "mailbox")
    phone.get_by_role("link", name="Un message du guichet").click()
    phone.wait_for_load_state("networkidle")
    screenshots(phone, "mailbox-email")
