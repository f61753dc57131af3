"""A real Chromium on a live server. Fixtures: `page`, `page_without_scripts`, `open_page`.

Each test gets a fresh context (French, Paris) and fails at its end on console errors, violations
of the Content-Security-Policy, failed requests, and requests to other machines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.support.browser import CHROMIUM_FLAGS, PageFaults
from tools.chromium import find_chromium

OpenPage = Callable[..., Page]
# Milliseconds. How long a page takes is measured in `make bench`: here a slow machine only waits.
_PATIENCE = 30_000


def executable_to_drive(*, whole: bool = False) -> Path:
    """A Chromium; where there is none the test is skipped, never in CI."""
    executable = find_chromium(whole=whole)
    if executable is None:
        kind = "whole Chromium" if whole else "Chromium"
        message = f"No {kind}: install one, or give its path in CHROMIUM."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return executable


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = executable_to_drive()
    # Playwright's synchronous interface runs an event loop in this thread, which Django's
    # guard against blocking calls would mistake for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=CHROMIUM_FLAGS, timeout=60_000
        )
        expect.set_options(timeout=_PATIENCE)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[OpenPage]:
    """Function that opens a page in a context of its own; takes Playwright's context options."""
    settings.PUBLIC_URL = live_server.url
    opened = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        context.set_default_timeout(_PATIENCE)
        opened.append((context, PageFaults(context, live_server.url.partition("//")[2])))
        return context.new_page()

    yield open_page
    faults = []
    for context, page_faults in opened:
        context.close()
        faults += page_faults.found
    assert faults == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A small telephone: 360 px wide, touch."""
    return open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


@pytest.fixture
def page_without_scripts(open_page: OpenPage) -> Page:
    return open_page(java_script_enabled=False)
