"""Empty the database after a test that commits, in a fraction of what Django's `flush` takes.

`flush` empties each of the two hundred tables, then makes content types and rights again. Here
only the tables that hold something are emptied, and what migrating made of these two is kept.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

_KEPT = ("django_migrations", "django_content_type", "auth_permission")
_WRITTEN = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> ALL(%s) AND pg_relation_size(oid) > 0
"""


def empty_only_written_tables(patch: pytest.MonkeyPatch) -> None:
    """Instead of `flush`; background jobs, which `flush` leaves alone, go too."""
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: _empty_written_tables())


def written_tables(cursor: CursorWrapper) -> list[str]:
    """The tables that anything was ever written to, even what was taken back."""
    cursor.execute(_WRITTEN, [list(_KEPT)])
    return [name for (name,) in cursor.fetchall()]


def _empty_written_tables() -> None:
    with connection.cursor() as cursor:
        if not (tables := written_tables(cursor)):
            return
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if not cursor.fetchone()[0]:  # a server of DATABASE_URL: its guards cannot be set aside
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        # Without foreign keys and triggers: some tables refuse that a row is deleted.
        deletions = "; ".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 - of ours
        cursor.execute(
            f"SET session_replication_role = replica; {deletions}; "
            "SET session_replication_role = DEFAULT"
        )
