"""A routing service by setting: what it answers is kept, what it does not leaves the estimate."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.error import URLError

import pytest

from apps.lookups.care_places import routing
from apps.lookups.care_places.models import RoadTime
from apps.lookups.care_places.routing import renew_road_times
from apps.lookups.care_places.thirty_minutes import read_reaches
from tests.factories.care_places import AT, PlaceFactory
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db

DAY = AT.date()


class Service:
    """Answers what it is told, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.asked = answer, list[str]()

    def __call__(self, address: str, timeout: float) -> io.BytesIO:
        self.asked.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return io.BytesIO(json.dumps(self.answer).encode())


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Set a service that answers so."""

    def answering(answer: Any) -> Service:
        service = Service(answer)
        settings.ROUTING_URL = "https://routes.example"
        monkeypatch.setattr(routing, "urlopen", service)
        return service

    return answering


def test_what_the_service_says_replaces_the_estimate(ask: Any) -> None:
    PlaceFactory(commune=CommuneFactory())
    service = ask({"durations": [[0, 1234.5]]})

    assert [renew_road_times(on=DAY), renew_road_times(on=DAY)] == [1, 1]

    assert "/table/v1/driving/1.900000,47.900000;1.900000,47.900000?sources=0" in service.asked[0]
    assert RoadTime.objects.get().minutes == 21
    (row,) = read_reaches(AT)
    assert row.known is not None
    assert row.known.minutes == 21


@pytest.mark.parametrize(
    "answer",
    [
        URLError("down"),
        TimeoutError(),
        {"code": "NoRoute"},
        {"durations": [[0, 1, 2]]},
        {"durations": [[0, "x"]]},
    ],
)
def test_a_service_that_fails_leaves_the_estimate(ask: Any, answer: Any) -> None:
    PlaceFactory(commune=CommuneFactory())
    ask(answer)

    assert renew_road_times(on=DAY) == 0

    (row,) = read_reaches(AT)
    assert row.known is not None
    assert row.known.minutes == 1


def test_a_place_that_no_road_reaches_keeps_the_estimate(ask: Any) -> None:
    PlaceFactory(commune=CommuneFactory())
    ask({"durations": [[0, None]]})

    assert renew_road_times(on=DAY) == 0


def test_without_a_service_nobody_is_asked() -> None:
    PlaceFactory(commune=CommuneFactory())

    assert renew_road_times(on=DAY) == 0
