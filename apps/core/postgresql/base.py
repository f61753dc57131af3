"""PostgreSQL as Django speaks to it (settings.DATABASES), but for how a pooled connection is known
to be alive.

Django asks each one, each time that it leaves the pool: one exchange more than the page needs. Here
one that was alive a moment ago, and on which nothing has come since, is taken as it is: a server
that stops says so on every connection, and closes them.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

# Seconds. After that it is asked: a network that goes away says nothing.
ALIVE_FOR = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """For CONN_HEALTH_CHECKS = False: the pool itself asks nothing."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool: ConnectionPool | None = self.pool  # type: ignore[attr-defined] # not in its stubs
        connection = super().get_new_connection(conn_params)
        while pool and not is_alive(connection, at=monotonic()):
            connection.close()
            pool.putconn(connection)  # which makes another
            connection = super().get_new_connection(conn_params)
        return connection


def is_alive(connection: Any, *, at: float) -> bool:
    """Whether a query may be sent on it; `at` is a moment of the monotonic clock."""
    if at - getattr(connection, "alive_at", 0.0) >= ALIVE_FOR or _has_news(connection):
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.Error:
            return False
    connection.alive_at = at
    return True


def _has_news(connection: Any) -> bool:
    """Whether the server said something unasked, or closed it."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
