"""From typed words to a point: offline, with the service, and when the service fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from pytest_django import DjangoAssertNumQueries

from apps.territory.geocoding import Located, LocationField
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db

STREET = "3 rue de l’Essai, 45999 Essai-le-Roi"
Serve = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def commune() -> None:
    CommuneFactory(name="Essai-le-Roi", slug="essai-le-roi", insee_code="45901")


@pytest.fixture
def serve(settings: Any) -> Iterator[Serve]:
    """Start an address service on this machine that gives one answer; returns what it was asked."""
    servers: list[HTTPServer] = []

    def start(body: str, *, status: int = 200, wait: float = 0) -> list[str]:
        asked: list[str] = []
        released = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
                released.wait(wait)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings.ADDRESS_SERVICE = {
            "url": f"http://127.0.0.1:{server.server_port}/search",
            "timeout": 0.3,
        }
        return asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def answer(*, citycode: str = "45901", score: float = 0.9) -> str:
    feature = {
        "geometry": {"type": "Point", "coordinates": [1.95, 47.93]},
        "properties": {"citycode": citycode, "score": score, "label": "3 Rue de l’Essai"},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def locate(typed: str) -> Located:
    found = LocationField().clean(typed)
    assert found is not None
    return found


@pytest.mark.parametrize("typed", ["Essai-le-Roi", "essai le roi", "45999", "45901"])
def test_commune_is_found_offline_in_one_query(
    typed: str, serve: Serve, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = serve(answer())

    with django_assert_num_queries(1):
        found = locate(typed)

    assert (found.latitude, found.longitude, found.label) == (47.9, 1.9, "Essai-le-Roi (45999)")
    assert asked == []


def test_street_is_found_by_the_service(serve: Serve) -> None:
    asked = serve(answer())

    found = locate(STREET)

    assert (found.latitude, found.longitude) == (47.93, 1.95)
    assert (found.label, found.commune, found.is_approximate) == (STREET, None, False)
    assert asked == [STREET]


@pytest.mark.parametrize(
    ("body", "options"),
    [
        (answer(citycode="75056"), {}),
        (answer(score=0.2), {}),
        ('{"features": []}', {}),
        ('{"features": [{"geometry": null}]}', {}),
        ('{"features": 3}', {}),
        ("[]", {}),
        ("<html>", {}),
        ("", {}),
        (answer(), {"status": 500}),
        (answer(), {"status": 302}),
        (answer(), {"wait": 1}),
    ],
)
def test_service_that_fails_leaves_the_commune(
    body: str, options: dict[str, Any], serve: Serve
) -> None:
    asked = serve(body, **options)

    found = locate(STREET)

    assert (found.latitude, found.label, found.is_approximate) == (47.9, STREET, True)
    assert len(asked) == 1


def test_service_that_is_down_leaves_the_commune(settings: Any) -> None:
    settings.ADDRESS_SERVICE = {"url": "http://127.0.0.1:1/search", "timeout": 0.3}

    assert locate(STREET).is_approximate


def test_without_a_service_the_commune_of_the_address_is_taken() -> None:
    assert locate(STREET).is_approximate
    assert locate("45999 Essai-le-Roi").is_approximate is False


@pytest.mark.parametrize("typed", ["Atlantide", "3 rue de Rien", "75001 Paris", "x" * 300, "\x00"])
def test_what_is_found_nowhere_is_refused_in_words(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        LocationField().clean(typed)


def test_nothing_typed_is_nothing_when_it_is_optional() -> None:
    assert LocationField(required=False).clean("") is None
