from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.core.paging import BoundedPaginator, bounded_counts
from apps.territory.models import Commune
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db


def test_bounded_counts_several_querysets_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    CommuneFactory.create_batch(3)
    small = Commune.objects.filter(population__lt=10)

    with django_assert_num_queries(1):
        counts = bounded_counts(
            {"all": Commune.objects.all(), "small": small, "none": Commune.objects.none()}, limit=2
        )

    assert counts == {"all": 2, "small": 0, "none": 0}


def test_bounded_counts_of_nothing_asks_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert bounded_counts({"none": Commune.objects.none()}, limit=2) == {"none": 0}


@pytest.mark.parametrize(("limit", "count", "is_bounded"), [(2, 2, True), (3, 3, False)])
def test_bounded_paginator_stops_counting(
    monkeypatch: pytest.MonkeyPatch, limit: int, count: int, is_bounded: bool
) -> None:
    CommuneFactory.create_batch(3)
    monkeypatch.setattr(BoundedPaginator, "limit", limit)

    paginator = BoundedPaginator(Commune.objects.all(), 1)

    assert (paginator.count, paginator.is_bounded) == (count, is_bounded)
