"""A kept answer is the one that the whole portal gives: at every address, to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, override_settings

from apps.core import kept_answers
from apps.core.kept_pages import forget_pages
from tests.access.addresses import Question, questions
from tests.access.asking import Asker, moment_of
from tests.access.world import World

pytestmark = pytest.mark.django_db

KEPT_ANSWERS = "apps.core.kept_answers.KeptAnswersMiddleware"
GIVEN_EARLY = {
    "/communes/<insee:insee>-<slug:slug>/",
    "/innovation/",
    "/innovation/<int:year>/",
    "/innovation/<int:year>/appel.json",
    "/innovation/<int:year>/calendrier.ics",
    "/lieux-de-soins/",
    "/lieux-de-soins/<int:pk>-<slug:slug>/",
    "/lieux-de-soins/<int:pk>.json",
    "/lieux-de-soins/trente-minutes/",
    "/logements/",
    "/logements/<int:pk>-<slug:slug>/",
    "/medecin-du-jour/",
    "/medecin-du-jour/<insee:insee>-<slug:slug>/",
    "/medecin-du-jour/<insee:insee>-<slug:slug>/affiche.pdf",
    "/medecin-du-jour/<insee:insee>.json",
}
# Ways to ask that change nothing, or that the rest of the portal has to answer.
WAYS: dict[str, dict[str, str]] = {
    "plainly": {},
    "with another query": {"QUERY_STRING": "source=affiche"},
    "for its headers": {"REQUEST_METHOD": "HEAD"},
    "as sent": {"REQUEST_METHOD": "POST"},
    "by a script": {"HTTP_HX_REQUEST": "true", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
    "if it has changed": {"HTTP_IF_NONE_MATCH": '"autre"'},
    "after a long wait": {"HTTP_X_REQUEST_START": "t=1.0"},
    "with the cookie of a form": {"HTTP_COOKIE": f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"},
    "with a session": {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=inconnue"},
    "with a message": {"HTTP_COOKIE": "messages=illisible"},
    "of another host": {"HTTP_HOST": "ailleurs.exemple.fr"},
}


def ask(address: str, *, early: bool, **how: str) -> HttpResponseBase:
    """By the whole portal, with or without the middleware that gives kept answers."""
    names = [name for name in settings.MIDDLEWARE if early or name != KEPT_ANSWERS]
    path, _, query = address.partition("?")
    with override_settings(MIDDLEWARE=names):
        return Client(raise_request_exception=False).generic(
            how.get("REQUEST_METHOD", "GET"), path, **{"QUERY_STRING": query, **how}
        )


def what_goes_out(response: HttpResponseBase) -> tuple[int, dict[str, str], bytes, str]:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return response.status_code, dict(response.items()), content, response.cookies.output()


def kept(world: World) -> Iterator[Question]:
    """The addresses whose answer is given early once anybody has asked for it."""
    for question in questions(world):
        if question.route.startswith(("/admin/", "/mon-espace/")) or question.sends:
            continue
        with moment_of(question):
            kept_answers._answers.clear()
            forget_pages()
            what_goes_out(ask(question.address, early=True))
            if kept_answers._answers:
                yield question


def test_addresses_that_are_given_early(world: World) -> None:
    assert {question.route for question in kept(world)} == GIVEN_EARLY


def test_every_way_to_ask_is_answered_as_by_the_whole_portal(world: World) -> None:
    for question in kept(world):
        for way, how in WAYS.items():
            early = what_goes_out(ask(question.address, early=True, **how))
            assert early == what_goes_out(ask(question.address, early=False, **how)), (
                question.name,
                way,
            )


def test_page_that_is_known_is_not_sent_again(world: World) -> None:
    for question in kept(world):
        known = ask(question.address, early=True)["ETag"]
        early, whole = (
            what_goes_out(ask(question.address, early=early, HTTP_IF_NONE_MATCH=known))
            for early in (True, False)
        )
        assert early == whole
        assert early[0] == 304


def test_nothing_of_who_asks_first_is_given_to_the_next(world: World) -> None:
    """Neither what is theirs nor what lets them send a form."""
    person = world.people["owner"]
    for question in kept(world):
        before = what_goes_out(ask(question.address, early=True))
        kept_answers._answers.clear()
        forget_pages()
        theirs = Asker(person)
        assert theirs.get(question).word == "yes"
        assert kept_answers._answers == {}
        after = what_goes_out(ask(question.address, early=True))
        assert after == before
        assert after[3] == ""
        for secret in (person.email, person.last_name, "csrfmiddlewaretoken"):
            assert secret.encode() not in after[2]
