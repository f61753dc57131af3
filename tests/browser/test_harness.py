"""The browser fixtures see what they promise to see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.support.browser import PageFaults, axe, outside_the_loop, sideways_scroll, tab_to

_PAGE = """<!doctype html><html lang="fr"><head><title>Essai, Orléans Santé</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Essai</h1>{}</main>
</body></html>"""


def _sound(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_PAGE.format('<p><a href="/a/">Un</a></p><p><a href="/b/">Deux</a></p>'))


def _faulty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        _PAGE.format(
            '<img src="/static/none.png"><script>alert(1)</script>'
            '<img src="http://192.0.2.1/a.png" alt=""><table><tr><td>'
            f"{'largeur' * 60}</td></tr></table>"
        )
    )


urlpatterns = [
    path("sound/", _sound),
    path("faulty/", _faulty),
    path("", include("orleans_sante.urls")),
]


@pytest.fixture(autouse=True)
def _pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.browser.test_harness"


@pytest.fixture
def unguarded(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url)
    yield context.new_page()
    context.close()


def test_sound_page_has_no_fault(page: Page) -> None:
    page.goto("/sound/")
    assert axe(page) == []
    assert sideways_scroll(page) == []
    assert tab_to(page, page.get_by_role("link", name="Deux")) == 2


def test_faulty_page_is_seen_whole(unguarded: Page, live_server: LiveServer) -> None:
    faults = PageFaults(unguarded.context, live_server.url.partition("//")[2])
    unguarded.goto("/faulty/")
    assert {found.split(":")[0].split(" for ")[0] for found in faults.found} == {
        "console",
        "404",
        "request to another host",
    }
    assert {found.split(": ")[1] for found in axe(unguarded)} == {"image-alt"}
    assert sideways_scroll(unguarded)[0].startswith("table. reaches")


def test_page_without_scripts_shows_the_page(page_without_scripts: Page) -> None:
    page_without_scripts.goto("/sound/")
    assert page_without_scripts.get_by_role("heading", name="Essai").is_visible()


def test_job_runs_outside_the_browsers_loop(page: Page) -> None:
    async def job() -> str:
        return "done"

    assert outside_the_loop(lambda: asyncio.run(job())) == "done"
