"""What is given early stops being given when the page does. All addresses: tests/access."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client, override_settings
from prometheus_client import REGISTRY
from pytest_django import Settings

from apps.core import kept_answers
from apps.core.kept_answers import KeptAnswersMiddleware
from apps.core.kept_pages import KEPT_FOR, forget_pages
from apps.lookups.same_day_lines.models import Line

pytestmark = pytest.mark.django_db

ADDRESS = "/medecin-du-jour/45234-orleans/"
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
VIEW = "same_day_lines:commune"


@pytest.fixture
def asked_whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the rest of the portal was asked for, in order."""
    asked: list[str] = []
    make = KeptAnswersMiddleware.__init__

    def spy(self: KeptAnswersMiddleware, get_response: object) -> None:
        make(self, get_response)  # type: ignore[arg-type]
        whole = self.get_response

        def ask(request: object) -> object:
            asked.append(request.get_full_path())  # type: ignore[attr-defined]
            return whole(request)  # type: ignore[arg-type]

        self.get_response = ask  # type: ignore[assignment]

    monkeypatch.setattr(KeptAnswersMiddleware, "__init__", spy)
    kept_answers._answers.clear()
    return asked


def visit(at: datetime, *, secure: bool = False, query: str = "") -> str:
    with time_machine.travel(at, tick=False):
        return Client().get(f"{ADDRESS}{query}", secure=secure).content.decode()


def test_second_visitor_is_answered_without_the_rest(lines: None, asked_whole: list[str]) -> None:
    first = visit(NOON)
    assert visit(NOON + KEPT_FOR - timedelta(seconds=1)) == first
    assert asked_whole == [ADDRESS]


def test_what_staff_correct_is_right_as_soon_as_the_page_is(
    lines: None, asked_whole: list[str]
) -> None:
    first = visit(NOON)
    Line.objects.update(name="CPTS corrigée 5")
    assert visit(NOON + timedelta(seconds=9)) == first
    assert "CPTS corrigée 5" in visit(NOON + KEPT_FOR)
    Line.objects.update(name="CPTS corrigée 6")
    forget_pages()
    assert "CPTS corrigée 6" in visit(NOON + KEPT_FOR)
    assert asked_whole == [ADDRESS] * 3


def test_clock_that_is_set_back_gives_nothing_of_the_future(
    lines: None, asked_whole: list[str]
) -> None:
    visit(NOON)
    visit(NOON - timedelta(seconds=1))
    assert asked_whole == [ADDRESS] * 2


def test_answer_over_https_is_not_given_to_who_came_without(
    lines: None, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    with time_machine.travel(NOON, tick=False):
        assert Client().get(ADDRESS, secure=True).status_code == 200
        assert Client().get(ADDRESS)["Location"] == f"https://testserver{ADDRESS}"


def test_addresses_without_end_are_not_all_kept(
    lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "_answers", {})
    monkeypatch.setattr(kept_answers, "_ANSWERS_AT_MOST", 3)
    for number in range(7):
        visit(NOON, query=f"?essai={number}")
    assert len(kept_answers._answers) == 1


@override_settings(
    MIDDLEWARE=[
        "apps.core.metrics.AnswersMiddleware",
        "apps.core.kept_answers.KeptAnswersMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
)
def test_figures_count_each_answer_as_its_views(lines: None, asked_whole: list[str]) -> None:
    labels = {"view": VIEW, "method": "GET"}
    asked = ("django_http_requests_total_by_view_transport_method_total", {"transport": "http"})
    answered = ("django_http_responses_total_by_status_view_method_total", {"status": "200"})

    def counted() -> list[float]:
        found = [REGISTRY.get_sample_value(name, labels | more) for name, more in (asked, answered)]
        return [value or 0.0 for value in found]

    before = counted()
    for _ in range(3):
        visit(NOON)
    assert asked_whole == [ADDRESS]
    assert [after - start for after, start in zip(counted(), before, strict=True)] == [3, 3]
