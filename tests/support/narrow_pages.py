"""Faults of a page as narrow as its context."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.browser import WIDER_THAN_PAGE, axe
from tests.support.contrasts import Painted


def faults_of_a_narrow_page(page: Page, painted: Painted) -> list[str]:
    """axe's findings in both schemes and the sideways scroll, without a new layout.

    `painted`, which grows, holds the texts that passed before.
    """
    return [*axe(page, painted), *page.evaluate(WIDER_THAN_PAGE)]
