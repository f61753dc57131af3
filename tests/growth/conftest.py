"""One grown database for the tests of this folder: 1 500 files, their lives and their money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from tests.bench.growth.loading import LOADED, grow
from tests.bench.growth.people import prepare
from tests.factories.casefiles import reference_rows
from tests.factories.territory import CommuneFactory
from tests.support.flush import written_tables

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
FILES = 1_500


@pytest.fixture(scope="package")
def _grown(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """In a transaction that the tests' own are nested in: undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(AT, tick=False):
        with connection.cursor() as cursor:
            # New files for the tables: what earlier tests left behind weighs on no plan.
            if tables := written_tables(cursor):
                cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        reference_rows()
        for code in range(45001, 45021):
            CommuneFactory(insee_code=str(code), population=1000 + code % 7 * 500)
        prepare(AT)
        grow(FILES, at=AT)
        with connection.cursor() as cursor:
            for model in LOADED:
                # Reads every row of a table this size: the same statistics on every run.
                cursor.execute(f'ANALYZE "{model._meta.db_table}"')
        yield
        transaction.set_rollback(True)


@pytest.fixture
def grown(_grown: None, db: None) -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield
