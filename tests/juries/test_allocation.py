"""Readings by lot: even loads, limits and themes kept, nobody across a conflict."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from apps.juries.allocation import Allocation, Reader, Topic, allocate


def topics(count: int, *, theme: str = "") -> list[Topic]:
    return [Topic(key=100 + number, theme=theme) for number in range(count)]


def readers(count: int, *, limit: int | None = None) -> list[Reader]:
    return [Reader(key=number, limit=limit) for number in range(count)]


def loads(allocation: Allocation, count: int) -> list[int]:
    counted = Counter(juror for juror, _ in allocation.pairs)
    return [counted[juror] for juror in range(count)]


def test_same_seed_gives_the_same_draw_and_another_seed_another() -> None:
    first = allocate(topics(20), readers(6), readings=3, seed=45)

    assert allocate(topics(20)[::-1], readers(6)[::-1], readings=3, seed=45) == first
    assert allocate(topics(20), readers(6), readings=3, seed=46) != first
    assert first.missing == {}
    assert loads(first, 6) == [10, 10, 10, 10, 10, 10]


def test_theme_goes_to_who_reads_it() -> None:
    people = [
        Reader(key=1, themes=frozenset({"e"})),
        Reader(key=2, themes=frozenset({"s"})),
        Reader(key=3),
    ]

    found = allocate([Topic(key=9, theme="e")], people, readings=2, seed=1)

    assert found.pairs == ((1, 9), (3, 9))


def test_missing_readings_are_told() -> None:
    found = allocate(topics(2), readers(2, limit=1), readings=2, seed=1)

    assert len(found.pairs) == 2
    assert sum(found.missing.values()) == 2


def test_full_juror_hands_a_file_on() -> None:
    """Only juror 0 reads file 101; file 100 then goes to juror 1, whatever came first."""
    people = [Reader(key=0, limit=1), Reader(key=1, limit=1)]

    for seed in range(20):
        found = allocate(topics(2), people, readings=1, seed=seed, forbidden={(1, 101)})
        assert found.pairs == ((0, 101), (1, 100))


def test_kept_readings_count_and_never_move() -> None:
    kept = {(0, 100), (0, 101)}

    found = allocate(topics(4), readers(2), readings=1, seed=3, kept=kept)

    assert found.pairs == ((1, 102), (1, 103))


@given(st.integers(1, 12), st.integers(1, 8), st.integers(1, 5), st.integers(0, 2**31))
def test_loads_differ_by_one_at_most(files: int, jurors: int, wanted: int, seed: int) -> None:
    found = allocate(topics(files), readers(jurors), readings=wanted, seed=seed)

    shared = loads(found, jurors)
    assert max(shared) - min(shared) <= 1
    assert sum(shared) == files * min(wanted, jurors)


@given(
    st.integers(1, 10),
    st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=1, max_size=6),
    st.sets(st.tuples(st.integers(0, 5), st.integers(100, 109))),
    st.integers(1, 4),
    st.integers(0, 2**31),
)
def test_limits_and_conflicts_hold_and_no_exchange_would_be_fairer(
    files: int,
    limits: list[int | None],
    conflicts: set[tuple[int, int]],
    wanted: int,
    seed: int,
) -> None:
    people = [Reader(key=number, limit=limit) for number, limit in enumerate(limits)]

    found = allocate(topics(files), people, readings=wanted, seed=seed, forbidden=conflicts)

    pairs, shared = set(found.pairs), loads(found, len(limits))
    assert not pairs & conflicts
    assert len(pairs) == len(found.pairs)
    assert all(limit is None or load <= limit for limit, load in zip(limits, shared, strict=True))
    for juror, file in pairs:
        for other, limit in enumerate(limits):
            is_free = (other, file) not in pairs | conflicts
            has_room = limit is None or shared[other] < limit
            assert not (is_free and has_room and shared[other] <= shared[juror] - 2)
    for file, lacking in found.missing.items():  # nobody free had room
        assert lacking > 0
        assert all(
            (other, file) in pairs | conflicts or limit == shared[other]
            for other, limit in enumerate(limits)
        )
