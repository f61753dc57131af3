"""What browser tests look at: faults of a page, axe's findings, sideways scroll, the keyboard.

Every function takes a Playwright page opened by the fixtures of tests/browser/conftest.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from tests.support.contrasts import Painted, contrast_faults

T = TypeVar("T")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(settings.BASE_DIR) / ".screenshots"
README_SCREENSHOTS = Path(settings.BASE_DIR) / "docs" / "screenshots"
# A picture asserts nothing, and takes as long as axe does.
_TAKES_PICTURES = os.environ.get("SCREENSHOTS") == "1"
Scheme = Literal["light", "dark"]
# Texts that passed in this process, whatever the test.
_PAINTED: Painted = set()
# 320 px wide, and a 1280 x 1024 window at 400 %.
_NARROW = ({"width": 320, "height": 640}, {"width": 320, "height": 256})

# Contrasts are measured apart (contrasts.py); of the other rules, one looks at colours.
_RULES: dict[Scheme, dict[str, object]] = {
    "dark": {"runOnly": {"type": "rule", "values": ["link-in-text-block"]}},
    "light": {
        "runOnly": {
            "type": "tag",
            "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        },
        "rules": {"color-contrast": {"enabled": False}},
    },
}

_AXE_RUN = """async rules => (await axe.run(document, {...rules, resultTypes: ['violations']}))
    .violations.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`))"""
WIDER_THAN_PAGE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
        .filter(element => element.getBoundingClientRect().right > width + 1)
        .map(element => `${element.tagName.toLowerCase()}.${element.className} reaches `
            + `${Math.round(element.getBoundingClientRect().right)} px of ${width}`)
        .slice(0, 5);
}"""

# What a style sheet changes in the dark scheme besides colours: then axe's other rules would have
# to be asked there too.
_NOT_A_COLOUR = """() => {
    const isPaint = (name, value) => name.endsWith('color')
        || (name.startsWith('background') && value === 'initial')
        || (name.startsWith('--') && (value === 'none' || CSS.supports('color', value)));
    const declared = rule => [...rule.style || []]
        .map(name => [name, rule.style.getPropertyValue(name).trim()])
        .filter(([name, value]) => !isPaint(name, value))
        .map(([name, value]) => `dark scheme: ${rule.selectorText} { ${name}: ${value} }`);
    const dark = rule => (rule.media?.mediaText || '').includes('prefers-color-scheme');
    const found = (rules, inside) => [...rules].flatMap(rule => [
        ...(inside ? declared(rule) : []),
        ...found(rule.cssRules || [], inside || dark(rule)),
    ]);
    return [...document.styleSheets].flatMap(sheet => found(sheet.cssRules, dark(sheet)));
}"""

# Null when the focus left the page; the outline may be drawn by the control's own frame.
_UNSEEN_FOCUS = """() => {
    const control = document.activeElement;
    if (control === document.body) return null;
    const box = control.getBoundingClientRect();
    const isOutlined = [control, control.closest('.choice')].some(element => element
        && parseFloat(getComputedStyle(element).outlineWidth) >= 2
        && getComputedStyle(element).outlineStyle !== 'none');
    return isOutlined && box.width && box.height ? [] : [control.outerHTML.slice(0, 120)];
}"""


class PageFaults:
    """Collects what a visitor would not see but a console would; the fixtures assert on it.

    Console errors (a violation of the Content-Security-Policy is one), uncaught exceptions,
    requests to other machines, and failed requests of a page (a document that answers 404 is
    the test's own business).
    """

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.found: list[str] = []
        self._host = host
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"exception: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Failed requests are told apart by _response, which knows the document from the rest.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self._host:
            self.found.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.found.append(f"{response.status} for {response.url}")


def axe(page: Page, painted: Painted = _PAINTED) -> list[str]:
    """axe's findings (WCAG 2.2 AA and best practices) in the dark scheme, then in the light one.

    The dark one only changes colours, which is looked at: there only their rules are asked.
    """
    load_axe(page)
    findings = page.evaluate(_NOT_A_COLOUR)
    for scheme, rules in _RULES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        findings += [f"{scheme}: {found}" for found in page.evaluate(_AXE_RUN, rules)]
        findings += contrast_faults(page, scheme, painted)
    return findings


def load_axe(page: Page) -> None:
    """Put axe into the page, which a click may just have begun to load: an answer that is not
    read to its end has no root element yet."""
    page.wait_for_load_state()
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))


def sideways_scroll(page: Page) -> list[str]:
    """Elements that make the page scroll sideways at 320 px, or at 400 % zoom; none is well."""
    before = page.viewport_size
    findings = []
    for size in _NARROW:
        page.set_viewport_size(size)
        findings += page.evaluate(WIDER_THAN_PAGE)
    if before:
        page.set_viewport_size(before)
    return findings


def assert_sound(page: Page) -> None:
    """axe finds nothing in either scheme, and nothing reaches out of a narrow window."""
    assert axe(page) == []
    assert sideways_scroll(page) == []


def fill_day(page: Page, day: date) -> None:
    """Type a day into the page's only date: day, month and year are boxes of their own."""
    for part, value in (("Jour", day.day), ("Mois", day.month), ("Année", day.year)):
        page.get_by_label(part, exact=True).fill(str(value))


def tab_to(page: Page, target: Locator, *, at_most: int = 60) -> int:
    """Press Tab until `target` has the focus; number of presses. Fails when it is not reached."""
    for presses in range(1, at_most + 1):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return presses
    raise AssertionError(f"{target} is not reached after {at_most} tabs")


def unseen_focus(page: Page, *, at_most: int = 200) -> list[str]:
    """Controls that Tab reaches without showing where the focus is, from the top to the last."""
    unseen = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(at_most):
        page.keyboard.press("Tab")
        found = page.evaluate(_UNSEEN_FOCUS)
        if found is None:
            return unseen
        unseen += found
    raise AssertionError(f"Tab goes on after {at_most} controls")


def screenshot(page: Page, name: str, *, readme: bool = False) -> None:
    """With SCREENSHOTS=1: a full-page picture in .screenshots/ (never committed).

    With `readme` in docs/screenshots/ (`make screenshots`), the first window only.
    """
    if not _TAKES_PICTURES:
        return
    folder = README_SCREENSHOTS if readme else SCREENSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=not readme, animations="disabled")


def screenshots(
    page: Page,
    name: str,
    *,
    of: Sequence[tuple[Scheme, int]] = (("light", 360), ("light", 1280), ("dark", 1280)),
) -> None:
    """With SCREENSHOTS=1: a picture in each of these schemes and widths."""
    if not _TAKES_PICTURES:
        return
    before = page.viewport_size
    for scheme, width in of:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        screenshot(page, f"{name}-{width}-{scheme}")
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)


def sign_in(page: Page, user: object, *, base_url: str) -> None:
    """Open a session for `user` without walking through the sign-in pages."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": base_url, "httpOnly": True}]
    )


def outside_the_loop(function: Callable[[], T]) -> T:
    """Run `function` in a thread of its own: Playwright keeps an event loop in this one, which
    whatever starts a loop (a background job's worker) cannot share."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again in the test's thread
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
