"""What the walk over hundreds of pages would find, were a page at fault."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support.contrasts import Painted
from tests.support.narrow_pages import faults_of_a_narrow_page

_PAGE = """<!doctype html><html lang="fr"><head><title>Essai</title><style>
    .faint {{ color: #ddd; background: #fff; }}
    @media (prefers-color-scheme: dark) {{ .dim {{ color: #333; background: #000; }} }}
</style></head><body><main><h1>Essai</h1>{}</main></body></html>"""


def _faults(page: Page, body: str, painted: Painted) -> list[str]:
    page.set_content(_PAGE.format(body))
    return [fault.split(": Fix")[0] for fault in faults_of_a_narrow_page(page, painted)]


def test_text_without_contrast_is_found_each_time_in_the_scheme_that_it_fails_in(
    open_page: OpenPage,
) -> None:
    page, painted = open_page(), Painted()
    assert _faults(page, "<p>Bien</p>", painted) == []
    assert _faults(page, '<p class="faint">Pâle</p>', painted) == [
        "dark: color-contrast: p",
        "light: color-contrast: p",
    ]
    assert _faults(page, '<p class="dim">Sombre</p>', painted) == ["dark: color-contrast: p"]
    assert _faults(page, '<p class="dim">Déjà mesuré</p>', painted) == ["dark: color-contrast: p"]


@pytest.mark.parametrize(
    "body",
    [
        '<p style="color: #777">Pâle</p>',
        '<p style="opacity: .4">Effacé</p>',
        '<div style="background: #444"><p>Sur du gris</p></div>',
        '<div style="background: #444; position: absolute; inset: 0; z-index: -1"></div>',
    ],
)
def test_text_that_passed_is_measured_again_where_it_is_painted_otherwise(
    open_page: OpenPage, body: str
) -> None:
    page, painted = open_page(), Painted()
    assert _faults(page, "<p>Bien</p>", painted) == []
    assert "light: color-contrast: " in " ".join(_faults(page, f"<p>Bien</p>{body}", painted))


def test_dark_scheme_that_changes_more_than_colours_is_found(open_page: OpenPage) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { p { display: none; } }</style>"
    assert _faults(open_page(), f"{style}<p>Bien</p>", Painted()) == [
        "dark scheme: p { display: none }"
    ]


def test_class_that_no_style_sheet_names_is_not_measured_again(open_page: OpenPage) -> None:
    page, painted = open_page(), Painted()
    _faults(page, "<p>Bien</p>", painted)
    before = set(painted)
    assert _faults(page, '<p class="field-name">Bien</p>', painted) == []
    assert painted == before


def test_other_faults_and_the_sideways_scroll_are_found_on_every_page(
    open_page: OpenPage,
) -> None:
    page, painted = open_page(viewport={"width": 320, "height": 640}), Painted()
    for _ in range(2):
        found = _faults(page, '<img src="data:,"><p style="width: 500px">Large</p>', painted)
        assert found[0] == "light: image-alt: img"
        assert "p. reaches" in found[-1]
