"""What a visitor feels between pages: nothing jumps, and « back » is at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route
from pytest_django.live_server_helper import LiveServer

from apps.casefiles.reference_rows import load_reference_rows
from tests.browser.conftest import executable_to_drive
from tests.support.browser import CHROMIUM_FLAGS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lines")]

PAGES = (
    *("/", "/medecin-du-jour/", "/medecin-du-jour/45234-orleans/", "/communes/45234-orleans/"),
    *("/aides/", "/aides/installation/", "/aides/installation/simulateur/"),
    *("/lieux-de-soins/?commune=45234", "/logements/", "/aide/"),
)
# What moved without anybody touching the page, as Chromium scores it: 0 when nothing did.
_MOVED = """() => new Promise(resolve => {
    let score = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) score += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => setTimeout(() => resolve(score), 50));
})"""
_NOTE_RETURN = """() => addEventListener('pageshow',
    event => { document.documentElement.dataset.kept = event.persisted })"""


@pytest.fixture
def browser(browser: Browser) -> Iterator[Browser]:
    """A whole one, which draws as a visitor's does, with the memory of the pages before that
    Playwright takes away."""
    other = browser.browser_type.launch(
        executable_path=executable_to_drive(whole=True),
        args=CHROMIUM_FLAGS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield other
    other.close()


def _come_late(route: Route) -> None:
    time.sleep(0.3)  # the page is painted meanwhile
    route.continue_()


def test_nothing_moves_while_a_public_page_is_drawn(phone: Page) -> None:
    """Nor when its scripts come late, as over a bad network."""
    load_reference_rows()
    phone.route("**/*.js", _come_late)
    moved = {}
    for address in PAGES:
        phone.goto(address)
        moved[address] = phone.evaluate(_MOVED)
    assert {address: score for address, score in moved.items() if score} == {}


def test_back_shows_the_public_page_as_it_was_left(
    browser: Browser, live_server: LiveServer
) -> None:
    """Neither a header of ours nor a script makes the browser forget it."""
    load_reference_rows()
    page = browser.new_page(base_url=live_server.url)
    forgotten = []
    for address in PAGES:
        page.goto(address)
        page.evaluate(_NOTE_RETURN)
        page.goto("/mentions-legales/")
        page.go_back(wait_until="commit")
        if page.locator("html").get_attribute("data-kept") != "true":
            forgotten.append(address)
    assert forgotten == []


def test_link_under_the_pointer_is_fetched_before_it_is_opened(
    page: Page, live_server: LiveServer
) -> None:
    """Chromium reads our rules, the policy lets them in, and private pages are left out."""
    fetched: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.on(
        "Preload.prefetchStatusUpdated",
        lambda told: fetched.update({told["prefetchUrl"]: told["status"]}),
    )
    session.send("Preload.enable")
    page.goto("/")
    menu = page.get_by_role("banner")

    menu.get_by_role("link", name="Mon espace").hover()
    page.wait_for_timeout(500)  # more than the pointer has to rest
    menu.get_by_role("link", name="Aides").hover()
    for _ in range(50):
        if "Ready" in fetched.values():
            break
        page.wait_for_timeout(100)

    assert fetched == {f"{live_server.url}/aides/": "Ready"}
