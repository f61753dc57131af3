"""Every page of the back office that a link leads to, for everybody who may open it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.demo.people import STAFF
from apps.demo.town import build_town
from tests.browser.conftest import OpenPage
from tests.factories.desk import furnish
from tests.support.browser import sign_in
from tests.support.contrasts import Painted
from tests.support.desk_pages import DeskPage, walk_desk
from tests.support.narrow_pages import faults_of_a_narrow_page
from tools.prepare import REFERENCE_LOADERS

pytestmark = pytest.mark.django_db(transaction=True)

# Who is shown the most comes first; the first three are the guides of the walk.
_PEOPLE = ("responsable", "comptable", "agente", "editrice", "admin")
# One template draws all of a kind, whatever the model: the first is looked at.
_ALIKE = ("_history", "_delete", " filtered")


@pytest.fixture
def people() -> Mapping[str, User]:
    """The staff of the demo town by login."""
    for command in REFERENCE_LOADERS:
        call_command(command, stdout=StringIO())
    build_town(seed=45, now=clock.now())
    logins = {person.login: person.email for person in STAFF}
    return {login: User.objects.get(email=logins[login]) for login in _PEOPLE}


def test_every_page_suits_everybody(
    open_page: OpenPage,
    live_server: LiveServer,
    people: Mapping[str, User],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr(RoleAdmin, "list_per_page", 5)
    also = furnish(head=people["responsable"], caseworker=people["agente"])
    pages = walk_desk(people, *also, guides=3)

    tabs: dict[str, Page] = {}
    findings: dict[str, list[str]] = {}
    painted: Painted = set()
    for page in _looked_at(pages.values()):
        if page.reader not in tabs:
            tabs[page.reader] = open_page(
                viewport={"width": 320, "height": 640}, reduced_motion="reduce"
            )
            sign_in(tabs[page.reader], people[page.reader], base_url=live_server.url)
        tabs[page.reader].goto(page.address)
        findings[page.name] = faults_of_a_narrow_page(tabs[page.reader], painted)
    assert {name: found for name, found in findings.items() if found} == {}


def _looked_at(pages: Iterable[DeskPage]) -> list[DeskPage]:
    seen, chosen = set(), []
    for page in pages:
        kind = next((kind for kind in _ALIKE if page.name.endswith(kind)), page.name)
        if page.reader and kind not in seen:
            seen.add(kind)
            chosen.append(page)
    return chosen
