"""A pooled connection is asked whether it lives when that may be in doubt, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, connections
from psycopg_pool import ConnectionPool

from apps.core.postgresql import base
from apps.core.postgresql.base import ALIVE_FOR, DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pooled(monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWrapper]:
    """The tests' database through a pool of one connection, at a moment that stands still."""
    monkeypatch.setattr(base, "monotonic", lambda: 1000.0)
    settings = deepcopy(connection.settings_dict)
    settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5}
    database = DatabaseWrapper(settings, alias="pooled")
    connections["pooled"] = database
    yield database
    database.close()
    database.close_pool()
    del connections["pooled"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were asked, in order."""
    found: list[Any] = []
    check = ConnectionPool.check_connection

    def spy(one: Any) -> None:
        found.append(one)
        check(one)

    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(spy))
    return found


def backend(database: DatabaseWrapper) -> int:
    """The server's process that answers one request of ours."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [number] = cursor.fetchone()
    database.close()
    return int(number)


def test_connection_is_asked_once_in_a_moment(
    pooled: DatabaseWrapper, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend(pooled)
    assert [backend(pooled) for _ in range(3)] == [first] * 3
    assert len(asked) == 1
    monkeypatch.setattr(base, "monotonic", lambda: 1000.0 + ALIVE_FOR)
    assert backend(pooled) == first
    assert len(asked) == 2


def test_connection_that_the_server_closed_is_replaced_at_once(
    pooled: DatabaseWrapper, asked: list[Any]
) -> None:
    first = backend(pooled)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert backend(pooled) != first
    assert len(asked) == 3  # the first, the one that had news, the new one
