from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.core.paging import (
    BoundedPaginator,
    KeysetPage,
    counted,
    first_keys,
    rounded,
)
from apps.territory.models import Commune
from tests.factories.territory import CommuneFactory
from tests.support.text import plain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("most", "pages", "words"), [(2, 2, "plus de 2"), (3, 3, "3"), (4, 3, "3")]
)
def test_bounded_paginator_stops_counting(
    monkeypatch: pytest.MonkeyPatch, most: int, pages: int, words: str
) -> None:
    CommuneFactory.create_batch(3)
    monkeypatch.setattr("apps.core.paging.MOST_LISTED", most)

    paginator = BoundedPaginator(Commune.objects.all(), 1)

    assert (paginator.num_pages, str(paginator.list_count)) == (pages, words)


def test_what_is_not_counted_to_the_end_is_reckoned(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Commune.objects.all().delete()
    CommuneFactory.create_batch(123, population=500)
    CommuneFactory.create_batch(60, population=9)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE territory_commune")
    everywhere = Commune.objects.order_by("name")

    with django_assert_num_queries(2):
        count = counted(everywhere, most=50, reckon=everywhere)

    assert plain(str(count)) == "environ 180"
    small = everywhere.filter(population=9)
    assert plain(str(counted(small, most=50, reckon=small))) == "environ 60"
    assert plain(str(counted(small, most=50))) == "plus de 50"
    assert plain(str(counted(small, most=60, reckon=small))) == "60"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(996_543, 1_000_000), (25_431, 25_000), (1_260, 1_300), (99, 99), (7, 7), (0, 0)],
)
def test_what_is_reckoned_is_said_in_two_digits(number: int, expected: int) -> None:
    assert rounded(number) == expected


DAY = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)


def people(*days: int | None) -> list[int]:
    """People by the day of their last sign-in: their keys, in the order of creation."""
    made = [
        User(
            email=f"p{rank}@exemple.fr",
            last_login=None if day is None else DAY + timedelta(days=day),
        )
        for rank, day in enumerate(days)
    ]
    return [user.pk for user in User.objects.bulk_create(made)]


def page(
    order: str = "last_login", size: int = 2, most_counted: int = 0, **place: str
) -> KeysetPage:
    everyone = User.objects.all()
    return KeysetPage(
        everyone, lines=everyone, order=order, size=size, most_counted=most_counted, **place
    )


def keys(shown: KeysetPage) -> list[int]:
    return [row.pk for row in shown.rows]


class KeysetWalkTests(TestCase):
    @given(
        days=st.lists(st.none() | st.integers(0, 3), max_size=9),
        order=st.sampled_from(["last_login", "-last_login", "email", "-email"]),
        size=st.integers(1, 4),
    )
    @settings(max_examples=60)
    def test_pages_forwards_and_backwards_show_each_row_once_in_order(
        self, days: list[int | None], order: str, size: int
    ) -> None:
        people(*days)
        expected = list(User.objects.order_by(order, "-pk").values_list("pk", flat=True))

        shown = page(order, size)
        forwards, last = keys(shown), shown
        while shown.next:
            shown = last = page(order, size, after=shown.next)
            forwards += keys(shown)
        backwards, shown = keys(last), last
        while shown.previous:
            shown = page(order, size, before=shown.previous)
            backwards = keys(shown) + backwards

        assert forwards == expected
        assert backwards == forwards


class FirstKeysTests(TestCase):
    @given(
        days=st.lists(st.none() | st.integers(0, 3), max_size=9),
        order=st.sampled_from(["last_login", "-last_login"]),
        size=st.integers(1, 4),
        in_parts=st.booleans(),
    )
    @settings(max_examples=40)
    def test_lists_that_overlap_are_walked_as_the_one_that_they_make_up(
        self, days: list[int | None], order: str, size: int, in_parts: bool
    ) -> None:
        people(*days)
        everyone = User.objects.all()
        late = Q(last_login__gte=DAY + timedelta(days=1)) | Q(last_login=None)
        parts = [
            everyone.filter(Q(last_login__lte=DAY + timedelta(days=2))),
            everyone.filter(late),
            everyone.none(),
        ]
        shown = KeysetPage(
            everyone,
            lines=everyone,
            order=order,
            size=size,
            parts=parts if in_parts else (),
            head=late if order == "-last_login" else None,
        )
        expected = list(everyone.order_by(order, "-pk").values_list("pk", flat=True))

        walked = keys(shown)
        while shown.next:
            shown = KeysetPage(
                everyone, lines=everyone, order=order, size=size, parts=parts, after=shown.next
            )
            walked += keys(shown)

        assert walked == expected


def test_first_keys_look_further_than_the_head_only_where_it_is_short(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    old, new, newest = people(1, 2, 3)
    parts, order = [User.objects.all()], ("-last_login", "-pk")
    head = Q(last_login__gte=DAY + timedelta(days=2))

    with django_assert_num_queries(1):
        assert first_keys(parts, order, 2, head=head) == [newest, new]
    with django_assert_num_queries(2):
        assert first_keys(parts, order, 3, head=head) == [newest, new, old]


def test_keyset_page_stays_in_place_when_a_row_arrives_before_it() -> None:
    _, second, third, fourth = people(1, 2, 3, 4)
    first_page = page()

    people_before = User.objects.create(email="nouveau@exemple.fr", last_login=DAY)

    assert keys(page(after=first_page.next)) == [third, fourth]
    assert keys(page(before=page(after=first_page.next).previous))[-1] == second
    assert keys(page())[0] == people_before.pk


@pytest.mark.parametrize("place", ["", "12", "~", "x~2026-11-02", "1~demain", "9" * 30 + "~"])
def test_keyset_page_after_nonsense_is_the_first(place: str) -> None:
    made = people(1, 2, 3)

    shown = page(after=place, before=place)

    assert (keys(shown), shown.previous) == (made[:2], "")


def test_keyset_page_is_two_queries_and_four_where_values_end(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people(1, 2, 3, 4, None, None)
    with django_assert_num_queries(2):
        first = page()
    with django_assert_num_queries(4):
        second = page(after=first.next)
    with django_assert_num_queries(3):  # no row with a value is left
        third = page(after=second.next)
    assert (first.previous, third.next) == ("", "")


def test_keyset_page_counts_by_the_keys_of_its_first_page(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people(1, 2, 3, 4)
    with django_assert_num_queries(2):
        first = page(most_counted=4)
        assert (str(first.counted()), len(first.rows)) == ("4", 2)
    User.objects.create(email="nouveau@exemple.fr", last_login=DAY)
    with django_assert_num_queries(2):
        assert str(page(most_counted=4).counted()) == "plus de 4"
    with django_assert_num_queries(3):
        assert str(page(size=1, most_counted=4, after=first.next).counted()) == "plus de 4"
