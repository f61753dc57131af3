from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from math import inf

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from apps.core import clock
from apps.core.load_shedding import LoadSheddingMiddleware, patience, seconds_waited
from tests.support.client import PortalClient
from tests.support.text import plain

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def stamp(seconds: float) -> str:
    """As the proxy writes it for a request that came so long ago."""
    return f"t={NOW.timestamp() - seconds:.3f}"


@pytest.mark.parametrize(
    ("address", "waited", "status"),
    [
        ("/logements/", 1.9, 200),
        ("/logements/", 2.1, 503),
        ("/aides/installation/", 2.1, 200),
        ("/aides/installation/", 4.1, 503),
        ("/aides/installation/demande/", 60, 200),
        ("/medecin-du-jour/", 60, 200),
        ("/suivi/", 60, 200),
        ("/healthz/", 60, 200),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_what_can_wait_is_put_off_first(
    client: PortalClient, address: str, waited: float, status: int
) -> None:
    assert client.get(address, headers={"X-Request-Start": stamp(waited)}).status_code == status


@time_machine.travel(NOW, tick=False)
def test_page_says_when_to_come_back_and_where_the_doctor_is(client: PortalClient) -> None:
    response = client.get("/logements/", headers={"X-Request-Start": stamp(5)})

    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "Revenez dans 30 secondes" in plain(response.text)
    assert 'href="/medecin-du-jour/"' in response.text


@time_machine.travel(NOW, tick=False)
def test_nothing_that_is_sent_is_put_off(client: PortalClient) -> None:
    response = client.post("/logements/", headers={"X-Request-Start": stamp(60)})

    assert response.status_code == 405


@pytest.mark.parametrize("value", ["", "t=", "t=demain", "t=nan", "t=inf", "t=9e99", "t=-5", "0"])
@time_machine.travel(NOW, tick=False)
def test_stamp_that_says_nothing_puts_nothing_off(value: str) -> None:
    request = RequestFactory().get("/logements/", headers={"X-Request-Start": value})

    assert seconds_waited(request) == 0


def test_longest_address_decides(settings: Settings) -> None:
    settings.SHED_AFTER = {"/aides/": 4.0, "/aides/innovation/": 1.0}

    assert patience("/aides/innovation/") == 1.0
    assert patience("/aides/") == 4.0
    assert patience("/medecin-du-jour/") == inf


def test_queue_that_grows_puts_off_what_can_wait_longest_first(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads serve fifteen rounds of every page, come at once: each page takes 10 ms."""
    ways = ("/logements/", "/communes/", "/aides/", "/admin/")
    settings.SHED_AFTER = dict(zip(ways, (0.05, 0.2, 0.35, 0.5), strict=True))
    addresses = (*ways, "/medecin-du-jour/", "/mon-espace/")
    drawn = count(1)
    now = {"is": NOW}
    monkeypatch.setattr(clock, "now", lambda: now["is"])

    def page(request: HttpRequest) -> HttpResponse:
        now["is"] = NOW + timedelta(milliseconds=10 * next(drawn))
        return HttpResponse()

    middleware = LoadSheddingMiddleware(page)
    queue = [
        RequestFactory().get(address, headers={"X-Request-Start": stamp(0)})
        for _ in range(15)
        for address in addresses
    ]
    with ThreadPoolExecutor(max_workers=2) as threads:
        answers = list(threads.map(middleware, queue))

    served = Counter(
        request.path
        for request, answer in zip(queue, answers, strict=True)
        if answer.status_code == 200
    )
    housing, communes, aids, desk = (served[address] for address in ways)
    assert 0 < housing < communes < aids < desk < 15
    assert (served["/medecin-du-jour/"], served["/mon-espace/"]) == (15, 15)
