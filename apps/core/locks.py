"""Locks on what has no row: « this person, whoever else asks in their name »."""

from __future__ import annotations

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
