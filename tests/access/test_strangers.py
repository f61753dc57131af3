"""No address, no search and no list tells a stranger anything of the files of others."""

from __future__ import annotations

import pytest

from tests.access.addresses import Question, questions
from tests.access.asking import Asker, moment_of
from tests.access.people import STRANGERS
from tests.access.world import OWNER, World

pytestmark = pytest.mark.django_db

# Where a person is looked for by name, whatever they ask for: the head gives rights to anybody,
# and rooms belong to no programme (docs/decisions/0040-whose-data-is-whose.md).
_OF_PEOPLE = ("/admin/accounts/user/", "/admin/housing/", "/mon-espace/logements/")
_A_LIST = 4  # slashes of « /admin/app/model/ »


def test_no_answer_tells_a_stranger_of_a_file(world: World) -> None:
    told = []
    for name in STRANGERS:
        asker = Asker(world.people.get(name))
        for question in questions(world):
            if question.sends or _is_public(question):
                continue
            with moment_of(question):
                told += _told(world, name, asker, question)
    assert told == []


def _told(world: World, name: str, asker: Asker, question: Question) -> list[str]:
    names = set() if question.route.startswith(_OF_PEOPLE) else set(OWNER.values())
    secrets = world.secrets | names
    told = [("", asker.get(question))]
    if told[0][1].word == "yes" and question.route.count("/") == _A_LIST:
        # A list shows again what is looked for: whatever it finds shows something else too.
        told += [
            (searched, asker.get(question, q=searched))
            for searched in (world.files["review"].reference, OWNER["last_name"])
        ]
    return [
        f"{name}, {question.name}: {secret}"
        for searched, answer in told
        for secret in secrets - {searched}
        if answer.word == "yes" and secret in answer.text
    ]


def _is_public(question: Question) -> bool:
    """Pages that hold nobody's file, and the links that are a key by themselves."""
    return not question.route.startswith(("/admin/", "/mon-espace/", "/jury/"))
