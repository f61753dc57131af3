"""Locks on what has no row: « this person, whoever else asks in their name »."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def lock_names(*names: str) -> None:
    """Wait until nobody else holds one of these names, and hold them until the transaction ends.

    For what is counted over several rows: without it two requests may both count before either
    writes. Taken in one order, whatever the order given, and before any row. 1 query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM "
            "(SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(%s::text[]) name "
            "ORDER BY key) ordered",
            [list(names)],
        )


@contextmanager
def name_held(name: str) -> Iterator[None]:
    """Hold this name over several transactions: until the block ends, or this process dies.

    2 queries. The connection must stay the same meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        if connection.is_usable():  # else PostgreSQL let go of it by itself
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
