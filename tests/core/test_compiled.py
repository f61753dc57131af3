from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.core.compiled import rows
from apps.territory.models import Commune
from tests.factories.territory import CommuneFactory

pytestmark = pytest.mark.django_db


def _named(name: str) -> QuerySet[Commune, Any]:
    return Commune.objects.filter(name=name).order_by("pk").values_list("pk", "name")


def test_rows_are_read_each_time(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert rows(_named, "Patay") == []
    commune = CommuneFactory(name="Patay")

    with django_assert_num_queries(1):
        assert rows(_named, "Patay") == [(commune.pk, "Patay")]
    assert rows(_named, "Orléans") == []


def test_argument_is_a_parameter_and_never_part_of_the_sql() -> None:
    assert rows(_named, "x' OR '1'='1") == []
    assert rows(_named, "100 %s") == []
