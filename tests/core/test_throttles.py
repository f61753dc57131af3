"""How often: the rate holds at the same instant too, whoever and whatever process asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.core import throttles
from apps.core.tasks import forget_worked_off
from apps.core.throttles import Rate, TooSoonError, parse_rates, require, require_beyond, take
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.threads import race

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12 h in Paris
(THREE_A_MINUTE,) = parse_rates("3/m/key")


def request_from(address: str = "192.0.2.1", **headers: str) -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=address, **headers)  # type: ignore[arg-type]


def waits(rate: Rate, *instants: datetime, key: str = "a") -> list[float]:
    """Seconds to wait at each instant; 0 when it is granted."""
    found = [take({key: rate}, at=at) for at in instants]
    return [wait.total_seconds() if wait else 0 for wait in found]


@pytest.mark.django_db
def test_a_burst_passes_then_one_at_the_pace_of_the_rate() -> None:
    at = [NOON, NOON, NOON, NOON, NOON + timedelta(seconds=19), NOON + timedelta(seconds=20)]
    assert waits(THREE_A_MINUTE, *at) == [0, 0, 0, 20, 1, 0]
    assert waits(THREE_A_MINUTE, NOON, key="b") == [0]


@pytest.mark.django_db
@given(seconds=st.lists(st.integers(0, 90), max_size=60))
def test_never_more_than_twice_the_amount_in_a_period(seconds: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE throttle")
    instants = [NOON + timedelta(seconds=second) for second in sorted(seconds)]
    answers = zip(instants, waits(THREE_A_MINUTE, *instants), strict=True)
    granted = [at for at, wait in answers if not wait]
    for first in granted:
        in_the_period = [at for at in granted if first <= at < first + timedelta(minutes=1)]
        assert len(in_the_period) <= 5


@pytest.mark.django_db
def test_what_a_clock_set_wrong_counted_is_forgotten() -> None:
    tomorrow = NOON + timedelta(days=1)
    assert waits(THREE_A_MINUTE, tomorrow, tomorrow, tomorrow, NOON, NOON, NOON, NOON) == [
        *(0, 0, 0),
        *(0, 0, 0, 20),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_instant_the_rate_alone_passes() -> None:
    found = race(*[lambda: take({"one key": THREE_A_MINUTE}, at=NOON)] * 12)
    assert [wait for wait in found if wait is None] == [None] * 3
    assert [wait for wait in found if wait] == [timedelta(seconds=20)] * 9


@pytest.mark.django_db
def test_addresses_and_keys_are_counted_apart(settings: LazySettings) -> None:
    settings.THROTTLES = {"essai": "2/m/ip,1/m/key"}
    require(request_from(), "essai", key="un", at=NOON)
    with pytest.raises(TooSoonError) as refusal:
        require(request_from("192.0.2.2"), "essai", key="un", at=NOON)
    assert refusal.value.wait == timedelta(minutes=1)
    require(request_from(), "essai", key="deux", at=NOON)
    with pytest.raises(TooSoonError):
        require(request_from(), "essai", key="trois", at=NOON)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # anybody may write that header
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_visitor_is_counted_behind_the_trusted_proxies(
    settings: LazySettings, proxies: int, forwarded: str, counted: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = request_from(HTTP_X_FORWARDED_FOR=forwarded)
    assert throttles.client_network(request) == counted


@pytest.mark.django_db
def test_pages_that_people_read_cost_no_query_at_first(
    settings: LazySettings, django_assert_num_queries: Any
) -> None:
    settings.THROTTLES = {"lecture": "1/m/ip"}
    request = request_from("192.0.2.77")
    with django_assert_num_queries(0):
        for _ in range(2):
            require_beyond(request, "lecture", uncounted=2, at=NOON)
    with django_assert_num_queries(1):
        require_beyond(request, "lecture", uncounted=2, at=NOON)
    with pytest.raises(TooSoonError):
        require_beyond(request, "lecture", uncounted=2, at=NOON)
    require_beyond(request, "lecture", uncounted=2, at=NOON + timedelta(minutes=1))


@pytest.mark.django_db
def test_pages_beyond_are_taken_by_the_handful_and_never_more_than_the_rate(
    settings: LazySettings, django_assert_num_queries: Any
) -> None:
    settings.THROTTLES = {"lecture": "18/m/ip"}  # three at once
    request = request_from("192.0.2.78")
    with django_assert_num_queries(6):
        for _ in range(4 + 18):
            require_beyond(request, "lecture", uncounted=4, at=NOON)
    for _ in range(2):  # a refusal counts for nothing: the next one asks too
        with pytest.raises(TooSoonError) as refusal:
            require_beyond(request, "lecture", uncounted=4, at=NOON)
    assert round(refusal.value.wait.total_seconds()) == 10


@pytest.mark.django_db
def test_what_is_worked_off_is_forgotten() -> None:
    take({"old": THREE_A_MINUTE}, at=NOON - timedelta(hours=1))
    take({"new": THREE_A_MINUTE}, at=NOON)
    with time_machine.travel(NOON, tick=False):
        forget_worked_off(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM throttle")
        assert cursor.fetchone() == (1,)


@pytest.fixture
def at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_page_says_when_and_keeps_what_was_typed(
    client: PortalClient, settings: LazySettings
) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "follow_up_ask": "1/h/ip"}
    typed = {"reference": "INS-2026-00099-6", "email": "alice@exemple.fr", "code": "123456"}
    first, response = (
        client.post("/suivi/", urlencode(typed), content_type="application/x-www-form-urlencoded")
        for _ in range(2)
    )
    assert first.status_code == 302

    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert "Revenez à 13 h 00. Rien n’est perdu." in page_text(response)
    assert 'name="reference" value="INS-2026-00099-6"' in response.text
    assert 'name="email" value="alice@exemple.fr"' in response.text
    assert "123456" not in response.text


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_wait_until_the_day_after_is_said(client: PortalClient, settings: LazySettings) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "follow_up_ask": "1/d/ip"}
    typed = {"reference": "INS-2026-00099-6", "email": "alice@exemple.fr"}
    client.post("/suivi/", typed)
    assert "Revenez demain à 12 h 00." in page_text(client.post("/suivi/", typed))


@pytest.mark.django_db
def test_forms_with_files_are_counted_before_they_are_read(
    client: PortalClient, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "upload": "1/h/ip"}
    monkeypatch.setattr("apps.core.middleware.UNCOUNTED", 0)
    plain = {"reference": "", "email": ""}
    assert client.post("/suivi/", plain).status_code == 200  # the test client sends multipart
    assert client.post("/suivi/", plain).status_code == 429


@pytest.mark.django_db
def test_simulator_is_throttled_where_it_computes(
    client: PortalClient, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.THROTTLES = {**settings.THROTTLES, "simulator": "1/m/ip"}
    monkeypatch.setattr("apps.casefiles.simulator.UNCOUNTED", 0)
    address = "/aides/bourse-etudes/simulateur/"
    answers = {"etudes": "medecine", "parcours": "zagreb"}
    assert [client.get(address, answers).status_code for _ in range(3)] == [200, 429, 429]
    assert client.get(address).status_code == 200
