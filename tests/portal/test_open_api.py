from __future__ import annotations

import pytest
from django.test import Client

from tests.support.open_api import differences

pytestmark = pytest.mark.django_db


def test_document_says_what_programs_may_ask(client: Client) -> None:
    response = client.get("/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"]) == [
        "/communes/suggestions/",
        "/innovation/{year}/appel.json",
        "/lieux-de-soins/lieux.json",
        "/lieux-de-soins/{pk}.json",
        "/medecin-du-jour/{insee}.json",
    ]
    line = document["paths"]["/medecin-du-jour/{insee}.json"]["get"]
    assert line["operationId"] == "medecin_du_jour_insee"
    assert line["parameters"] == [
        {
            "name": "insee",
            "in": "path",
            "required": True,
            "description": "Code INSEE de la commune, dans le Loiret.",
            "schema": {"type": "string", "pattern": "^45[0-9]{3}$"},
        }
    ]
    assert sorted(line["responses"]) == ["200", "404"]


def test_program_that_posts_hears_that_it_may_not() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/medecin-du-jour/45234.json").status_code == 405


def test_people_find_the_document(client: Client) -> None:
    assert 'href="/openapi.json"' in client.get("/plan-du-site/").content.decode()


@pytest.mark.parametrize(
    ("value", "schema", "found"),
    [
        ("a", {"type": "string"}, []),
        (True, {"type": "integer"}, ["answer is True, no integer"]),
        (None, {"anyOf": [{"type": "string"}, {"type": "null"}]}, []),
        (["a", 1], {"type": "array", "items": {"type": "string"}}, ["answer[1] is 1, no string"]),
        ("c", {"type": "string", "enum": ["a"]}, ["answer is 'c', not one of ['a']"]),
        (
            {"b": 1},
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            ["answer.a is missing", "answer.b is not described"],
        ),
    ],
)
def test_difference_is_seen(value: object, schema: dict[str, object], found: list[str]) -> None:
    assert list(differences(value, schema)) == found
