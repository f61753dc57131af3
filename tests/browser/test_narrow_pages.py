"""What the walk over hundreds of pages would find, were a page at fault."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support.narrow_pages import faults_of_a_narrow_page

_PAGE = """<!doctype html><html lang="fr"><head><title>Essai</title><style>
    .faint {{ color: #ddd; background: #fff; }}
    @media (prefers-color-scheme: dark) {{ .dim {{ color: #333; background: #000; }} }}
</style></head><body><main><h1>Essai</h1>{}</main></body></html>"""


def _faults(page: Page, body: str, painted: set[str]) -> list[str]:
    page.set_content(_PAGE.format(body))
    return [fault.split(": Fix")[0] for fault in faults_of_a_narrow_page(page, painted)]


def test_text_without_contrast_is_found_once_in_the_scheme_that_it_fails_in(
    open_page: OpenPage,
) -> None:
    page, painted = open_page(), set[str]()
    assert _faults(page, "<p>Bien</p>", painted) == []
    assert _faults(page, '<p class="faint">Pâle</p>', painted) == [
        "dark: color-contrast: p",
        "light: color-contrast: p",
    ]
    assert _faults(page, '<p class="dim">Sombre</p>', painted) == ["dark: color-contrast: p"]
    assert _faults(page, '<p class="dim">Déjà mesuré</p>', painted) == []


def test_class_that_no_style_sheet_names_is_not_measured_again(open_page: OpenPage) -> None:
    page, painted = open_page(), set[str]()
    _faults(page, "<p>Bien</p>", painted)
    before = set(painted)
    assert _faults(page, '<p class="field-name">Bien</p>', painted) == []
    assert painted == before


def test_other_faults_and_the_sideways_scroll_are_found_on_every_page(
    open_page: OpenPage,
) -> None:
    page, painted = open_page(viewport={"width": 320, "height": 640}), set[str]()
    for _ in range(2):
        found = _faults(page, '<img src="data:,"><p style="width: 500px">Large</p>', painted)
        assert found[0] == "image-alt: img"
        assert "p. reaches" in found[-1]
