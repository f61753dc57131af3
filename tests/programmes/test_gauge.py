"""What is left of the year's budget, in words, on the page of every aid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import Sum
from django.test import Client

from apps.accounts.models import Role, User
from apps.awards.models import Instalment
from apps.casefiles.enums import DecisionRoute
from apps.casefiles.programmes import programmes
from tests.factories.awards import decided_file, planned_session, voted_envelope
from tests.factories.bursaries import granted_bursary
from tests.factories.casefiles import staff_member
from tests.factories.internships import granted_internship
from tests.support.text import page_text

pytestmark = pytest.mark.django_db
ON = date(2026, 12, 20)
SLUGS = [programme.slug for programme in programmes]
GRANTS: dict[str, Callable[[User], Any]] = {
    "installation": lambda head: decided_file(actor=head),
    "bourse-etudes": lambda head: granted_bursary(head=head),
    "stage-rural": lambda head: granted_internship(head=head, amount=Decimal(300)),
}


@pytest.fixture(autouse=True)
def _december() -> Any:
    with time_machine.travel(ON, tick=False):
        yield


@pytest.fixture
def head(slug: str) -> User:
    return staff_member(Role.HEAD, slug)


def words(client: Client, slug: str) -> str:
    return page_text(client.get(programmes[slug].address))


@pytest.mark.parametrize("slug", SLUGS)
def test_without_envelope_nor_session_nothing_is_said(client: Client, slug: str) -> None:
    text = words(client, slug)
    assert "Budget" not in text
    assert "La prochaine commission" not in text


@pytest.mark.parametrize("slug", SLUGS)
def test_next_session_is_said_where_the_commission_decides(
    client: Client, slug: str, head: User
) -> None:
    planned_session(actor=head, held_on=date(2027, 3, 12))
    planned_session(actor=head, held_on=date(2027, 1, 15))
    decides = programmes[slug].decided_by == DecisionRoute.COMMISSION
    said = "La prochaine commission se tient le 15 janvier 2027." in words(client, slug)
    assert said is decides


@pytest.mark.parametrize("slug", SLUGS)
def test_envelope_of_the_year_says_that_enough_is_left(
    client: Client, slug: str, head: User
) -> None:
    voted_envelope(4321, actor=head, programme=slug, year=2026)
    text = words(client, slug)
    assert "Budget 2026 : Il reste assez" in text
    assert "4 321" not in text


@pytest.mark.parametrize("slug", SLUGS)
def test_envelope_of_another_year_is_not_told(client: Client, slug: str, head: User) -> None:
    voted_envelope(4321, actor=head, programme=slug, year=2027)
    assert "Budget" not in words(client, slug)


@pytest.mark.parametrize(
    ("left", "sentence"),
    [(1, "Budget 2026 : Il reste peu"), (0, "Budget 2026 : L’enveloppe est épuisée")],
)
@pytest.mark.parametrize("slug", GRANTS)
def test_awards_draw_on_the_envelope(
    client: Client, slug: str, left: int, sentence: str, head: User
) -> None:
    GRANTS[slug](head)
    of_this_year = Instalment.objects.filter(case_file__programme=slug, budget_year=2026)
    committed = of_this_year.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    assert committed > 0
    voted_envelope(committed + left, actor=head, programme=slug, year=2026)
    assert sentence in words(client, slug)
