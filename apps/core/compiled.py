"""Run a query whose SQL is built once a process: for public pages, where building it costs more
than running it. The query itself runs each time, so that nothing shown is ever old."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from apps.core.replica import reading_alias

# Pages ask by programme and day: a few dozen at a time.
_KEPT_AT_MOST = 256


def rows(make: Callable[..., QuerySet[Any, Any]], *arguments: Hashable) -> list[tuple[Any, ...]]:
    """The rows of `make(*arguments)`, a `values_list` of plain columns: one query.

    `make` is a module's function that reads nothing but its arguments: its SQL is built once for
    the same ones. Values come as psycopg gives them.
    """
    sql, parameters = _compiled(make, arguments)
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@lru_cache(maxsize=_KEPT_AT_MOST)
def _compiled(
    make: Callable[..., QuerySet[Any, Any]], arguments: tuple[Hashable, ...]
) -> tuple[str, tuple[Any, ...]]:
    sql, parameters = make(*arguments).query.sql_with_params()
    return sql, tuple(parameters)
