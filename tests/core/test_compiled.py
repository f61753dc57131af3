from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count, QuerySet
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.core.compiled import counts, instances, reading_together, rows
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


def test_rows_that_are_read_together_cost_one_exchange(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    patay, ingre = CommuneFactory(name="Patay"), CommuneFactory(name="Ingré; l’%s")
    with (
        django_assert_num_queries(1),
        reading_together((_named, ("Patay",)), (_named, (ingre.name,))),
    ):
        assert rows(_named, "Patay") == [(patay.pk, "Patay")]
        assert rows(_named, ingre.name) == [(ingre.pk, ingre.name)]
    with django_assert_num_queries(1):
        assert rows(_named, "Patay") == [(patay.pk, "Patay")]


def test_what_was_not_read_together_is_read_by_itself(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with reading_together((_named, ("Patay",))), django_assert_num_queries(1):
        assert rows(_named, "Orléans") == []
    with django_assert_num_queries(0), reading_together():
        pass


def _of_epci(field: str, *, epci: str, at_least: int) -> QuerySet[Commune]:
    communes = Commune.objects.filter(epci=epci, population__gte=at_least)
    return communes.select_related("epci").annotate(others=Count("epci__communes")).order_by(field)


def test_instances_are_read_each_time_with_what_is_joined_and_annotated(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    large, small = CommuneFactory(population=900), CommuneFactory(population=30)
    for commune, at_least, expected in (
        (large, 10, [large]),
        (small, 10, [small]),
        (small, 31, []),
    ):
        with django_assert_num_queries(1):
            found = instances(_of_epci, "name", epci=commune.epci_id, at_least=at_least)
            assert found == expected
            assert [row.epci for row in found] == [each.epci for each in expected]
            assert all(row.others == 1 for row in found)
    small.population = 31
    small.save()
    assert instances(_of_epci, "name", epci=small.epci_id, at_least=31) == [small]


def test_another_shape_is_another_query() -> None:
    commune = CommuneFactory(population=900)
    for field in ("name", "-name"):
        assert instances(_of_epci, field, epci=commune.epci_id, at_least=0) == [commune]


def test_a_value_is_never_part_of_the_sql() -> None:
    CommuneFactory()
    assert instances(_of_epci, "name", epci="x' OR '1'='1", at_least=0) == []


def _starting(*, name: str) -> QuerySet[Commune]:
    return Commune.objects.filter(name__startswith=name)


def test_a_value_that_a_lookup_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="_starting changes"):
        instances(_starting, name="Or")


def _among(names: tuple[str, ...], *, at_least: int) -> QuerySet[Commune]:
    return Commune.objects.filter(name__in=names, population__gte=at_least)


def test_what_can_have_no_row_has_none() -> None:
    assert instances(_among, (), at_least=1) == []


def _lists(least: int, *, epci: str) -> dict[str, QuerySet[Commune]]:
    communes = Commune.objects.filter(epci=epci)
    return {
        "all": communes,
        "small": communes.filter(population__lt=least - 1),
        "none": communes.none(),
    }


def test_counts_of_several_lists_are_one_query_and_read_each_time(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, other = CommuneFactory(population=5), CommuneFactory(population=30)
    CommuneFactory.create_batch(2, population=30, epci=one.epci)

    with django_assert_num_queries(2):
        assert counts(_lists, 10, limit=2, epci=one.epci_id) == {"all": 2, "small": 1, "none": 0}
        assert counts(_lists, 10, limit=2, epci=other.epci_id) == {"all": 1, "small": 0, "none": 0}
    other.population = 5
    other.save()
    assert counts(_lists, 10, limit=2, epci=other.epci_id) == {"all": 1, "small": 1, "none": 0}


def _nothing(*, epci: str) -> dict[str, QuerySet[Commune]]:
    return {"none": Commune.objects.filter(epci=epci).none()}


def test_counts_of_nothing_ask_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert counts(_nothing, limit=2, epci="x") == {"none": 0}


def _before(*, least: int) -> dict[str, QuerySet[Commune]]:
    return {"small": Commune.objects.filter(population__lt=least - 1)}


def test_counts_refuse_a_value_that_is_computed_with() -> None:
    with pytest.raises(ValueError, match="_before changes"):
        counts(_before, limit=2, least=10)
