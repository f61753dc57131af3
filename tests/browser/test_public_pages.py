"""Every public page, in both colour schemes, at 320 px and at 400 % zoom."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from apps.casefiles.reference_rows import load_reference_rows
from tests.support.browser import axe, sideways_scroll

pytestmark = pytest.mark.browser
PAGES = (
    *("/", "/medecin-du-jour/", "/medecin-du-jour/?q=45130", "/medecin-du-jour/45001-adon/"),
    *("/aides/", "/aides/installation/", "/aides/installation/demande/"),
    "/aides/installation/simulateur/",
    "/aides/installation/simulateur/?profession=pharmacien&commune=45234",
    "/aides/installation/simulateur/?profession=astronaute&commune=saint",
    *("/suivi/", "/aide/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/"),
    *("/plan-du-site/", "/adresse-inconnue/"),
)


def test_public_pages_are_accessible_and_fit_a_phone(page: Page, lines: None) -> None:
    load_reference_rows()
    findings = {}
    for path in PAGES:
        page.goto(path)
        if found := axe(page) + sideways_scroll(page):
            findings[path] = found
    assert findings == {}
