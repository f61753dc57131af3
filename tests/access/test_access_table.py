"""Every address as every kind of person, compared with docs/access.md."""

from __future__ import annotations

import os

import pytest

from tests.access.addresses import Question, questions
from tests.access.asking import (
    Answer,
    Asker,
    Forms,
    moment_of,
    pages_without_words,
    plausible,
)
from tests.access.people import NAMES, VISITOR
from tests.access.table import PATH, document
from tests.access.world import World

pytestmark = pytest.mark.django_db

# Alike there: « other » is whoever is not of the staff, and everybody has an account.
_WITH_AN_ACCOUNT = ("owner", "other", "superuser")
_AS_OTHER = {
    "/admin/": ("owner", "co-editor", "host"),
    "/compte/": tuple(name for name in NAMES if name not in (VISITOR, *_WITH_AN_ACCOUNT)),
}
# Django asks the same right before it looks at the method.
_DJANGO_S_OWN = ("<path:object_id>/history/", "<path:object_id>/delete/")
_NO_POST = "405"


def test_every_address_answers_as_the_table_says(world: World) -> None:
    """`WRITE_ACCESS=1` writes the table anew: read what changed before you keep it."""
    askers = {name: Asker(world.people.get(name)) for name in NAMES}
    lines: dict[str, dict[str, str]] = {}
    with pages_without_words() as made:
        for question in questions(world):
            with moment_of(question):
                lines[question.name] = _line(question, askers, made)
    if os.environ.get("WRITE_ACCESS"):
        PATH.write_text(document(lines), encoding="utf-8")
    found = document(lines).splitlines()
    known = PATH.read_text(encoding="utf-8").splitlines()
    assert [line for line in found if line not in known] == []
    assert [line for line in known if line not in found] == []


def _line(question: Question, askers: dict[str, Asker], made: Forms) -> dict[str, str]:
    """The cells of one address. Whoever asks, a page that takes no POST takes none."""
    like_other = next(
        (alike for start, alike in _AS_OTHER.items() if question.route.startswith(start)), ()
    )
    asked = {name: asker for name, asker in askers.items() if name not in like_other}
    if question.sends:
        cells = {name: str(asker.post(question, {})) for name, asker in asked.items()}
    elif question.route.endswith(_DJANGO_S_OWN):
        cells = {name: str(asker.get(question)) for name, asker in asked.items()}
    else:
        cells = _cells(question, asked, made)
    return cells if cells.keys() == {VISITOR} else dict.fromkeys(like_other, "=") | cells


def _cells(question: Question, asked: dict[str, Asker], made: Forms) -> dict[str, str]:
    refusal = asked["superuser"].post(question, {})
    takes_post = refusal.word != _NO_POST
    visitor = asked[VISITOR].get(question)
    if visitor.word == "yes" and not takes_post:
        return {VISITOR: _cell(visitor, refusal)}
    got, form = {}, {}
    for name, asker in asked.items():
        made.found.clear()
        got[name] = asker.get(question)
        if made.found and got[name].word == "yes":
            form = plausible(made.found) or form
    return {
        name: _cell(got[name], asker.post(question, form) if takes_post else refusal)
        for name, asker in asked.items()
    }


def _cell(got: Answer, posted: Answer) -> str:
    return str(got) if str(got) == str(posted) else f"{got}/{posted}"
