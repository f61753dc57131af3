"""Every address that answers programs is in /openapi.json, and answers what it says there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from apps.core.open_api import operations
from tests.access.addresses import questions
from tests.access.asking import moment_of
from tests.access.world import World
from tests.support.open_api import differences

pytestmark = pytest.mark.django_db

# Read by browsers and monitoring, of the portal itself: no data of the public.
_NO_DATA = {"/openapi.json"}
_SEARCH = "/lieux-de-soins/lieux.json"


def _answers(world: World) -> dict[str, list[tuple[int, Any]]]:
    """Status and content of every address that answers anybody in JSON, by its route."""
    client, found = Client(), dict[str, list[tuple[int, Any]]]()
    for question in questions(world):
        if question.route.startswith("/admin/") or question.sends:
            continue
        with moment_of(question):
            searches = [dict(question.search)]
            if question.route == _SEARCH:
                searches.append({"commune": "45234"})
            for search in searches:
                response: Any = client.get(question.address, search)
                content = b"".join(response) if response.streaming else response.content
                if response.get("Content-Type", "").partition(";")[0] == "application/json":
                    answer = (response.status_code, json.loads(content))
                    found.setdefault(question.route, []).append(answer)
    return found


def test_every_json_address_is_described_and_answers_as_it_says(world: World) -> None:
    described = operations()
    answers = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route): given
        for route, given in _answers(world).items()
        if route not in _NO_DATA
    }
    assert sorted(answers) == sorted(described)
    for path, given in answers.items():
        schemas = described[path].as_json("")["responses"]
        for status, content in given:
            schema = schemas[str(status)]["content"]["application/json"]["schema"]
            assert list(differences(content, schema)) == []


def test_parameters_of_a_path_are_those_of_its_address() -> None:
    for path, operation in operations().items():
        said = {taken.name for taken in operation.takes if taken.place == "path"}
        assert said == set(re.findall(r"{(\w+)}", path)), path
