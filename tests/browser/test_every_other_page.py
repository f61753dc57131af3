"""Every page outside the back office that docs/access.md opens to a visitor or to its owner.

The addresses come from the URL configuration, with the rows that tests/access asks them of. At its
end the test fails on a request to another machine, an error in the console, a missing file.
"""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.access.addresses import Question, questions
from tests.access.table import PATH
from tests.access.world import NOW, World, build_world
from tests.browser.conftest import OpenPage
from tests.support.browser import outside_the_loop, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
_OPEN = "yes"
_VISITOR, _OWNER = 1, 2  # columns of the table
_DESK = "/admin/"


def test_no_page_asks_another_machine(open_page: OpenPage, live_server: LiveServer) -> None:
    world = outside_the_loop(_world)
    answers = _answers()
    pages = [
        question
        for question in outside_the_loop(lambda: questions(world))
        if not question.route.startswith(_DESK) and question.name in answers
    ]
    tab = open_page()
    seen = _walk(tab, [page for page in pages if _is_open(answers, page, _VISITOR)])
    sign_in(tab, world.people["owner"], base_url=live_server.url)
    seen += _walk(tab, [page for page in pages if not _is_open(answers, page, _VISITOR)])
    assert len(seen) > 60


def _world() -> World:
    with time_machine.travel(NOW, tick=True):
        return build_world()


def _answers() -> dict[str, list[str]]:
    """The cells of each line of the table, by its name."""
    rows = (line.split("|") for line in PATH.read_text(encoding="utf-8").splitlines())
    return {
        row[1].strip().strip("`"): [cell.strip() for cell in row[1:]]
        for row in rows
        if len(row) > _OWNER and row[1].strip().startswith("`/")
    }


def _is_open(answers: dict[str, list[str]], question: Question, column: int) -> bool:
    cell = answers[question.name][column]
    return cell.split("/")[0] == _OPEN


def _walk(tab: Page, pages: list[Question]) -> list[str]:
    """Open those that answer with a page; others (files, feeds, data) load nothing."""
    opened = []
    for question in pages:
        answer = tab.request.get(question.address, max_redirects=0)
        if answer.ok and answer.headers.get("content-type", "").startswith("text/html"):
            tab.goto(question.address)
            opened.append(question.name)
    return opened
