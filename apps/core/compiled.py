"""Run a query whose SQL is built once a process: where building it costs more than running it.

The query itself runs each time, so that nothing shown is ever old.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from apps.core.replica import reading_alias

# Pages ask by programme and day: a few dozen at a time.
_KEPT_AT_MOST = 256

Row = TypeVar("Row", bound=Model)
Value = int | str | date  # and datetime


# What `rows` is asked: a function of a module, and its arguments.
Asked = tuple[Callable[..., QuerySet[Any, Any]], tuple[Hashable, ...]]

_nothing: Mapping[Asked, list[tuple[Any, ...]]] = MappingProxyType({})
_together = ContextVar("together", default=_nothing)


def rows(make: Callable[..., QuerySet[Any, Any]], *arguments: Hashable) -> list[tuple[Any, ...]]:
    """The rows of `make(*arguments)`, a `values_list` of plain columns: one query.

    `make` is a module's function that reads nothing but its arguments: its SQL is built once for
    the same ones. Values come as psycopg gives them. None when `reading_together` has read them.
    """
    known = _together.get().get((make, arguments))
    return _read([(make, arguments)])[0] if known is None else known


@contextmanager
def reading_together(*asked: Asked) -> Iterator[None]:
    """Within, `rows` finds all of these read: one exchange with the database, where going there
    and back costs more than reading. Whatever else it is asked, it reads."""
    token = _together.set(dict(zip(asked, _read(asked), strict=True)) if asked else _nothing)
    try:
        yield
    finally:
        _together.reset(token)


def _read(asked: Sequence[Asked]) -> list[list[tuple[Any, ...]]]:
    """The rows of each, in one exchange: values are written into the text by psycopg."""
    compiled = [_compiled(*one) for one in asked]
    found: list[list[tuple[Any, ...]]] = []
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _ in compiled), [*chain(*(of for _, of in compiled))])
        while len(found) < len(asked):
            found.append(list(cursor.fetchall()))
            cursor.nextset()
    return found


@lru_cache(maxsize=_KEPT_AT_MOST)
def _compiled(
    make: Callable[..., QuerySet[Any, Any]], arguments: tuple[Hashable, ...]
) -> tuple[str, tuple[Any, ...]]:
    sql, parameters = make(*arguments).query.sql_with_params()
    return sql, tuple(parameters)


def instances(make: Callable[..., QuerySet[Row]], *shape: Hashable, **values: Value) -> list[Row]:
    """The rows of `make(*shape, **values)` as models, with what it selects and annotates.

    `make` is a module's function that reads nothing but its arguments: its SQL is built once for
    the same `shape`, whatever the `values`, which are compared with columns as they are. Rows
    that others are prefetched for are not for here. One query.
    """
    kinds = tuple((name, type(value)) for name, value in values.items())
    try:
        built = _built(make, shape, kinds)
    except EmptyResultSet:  # « in » nothing: Django asks the database for no row either
        return []
    query: Any = _ReadyQuery(built, values)
    return list(QuerySet(model=built.model, query=query))


@dataclass(frozen=True)
class _Built:
    """What Django's compiler found for a query, and where its values go among the parameters."""

    model: type[Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: Mapping[int, str]

    def with_values(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        parameters = list(self.parameters)
        for place, name in self.places.items():
            parameters[place] = _like(parameters[place], values[name])
        return tuple(parameters)


class _ReadyQuery:
    """All that a QuerySet asks of its query when it is read, and nothing else."""

    def __init__(self, built: _Built, values: Mapping[str, Any]) -> None:
        self._built = built
        self._values = values

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler: Any = copy(self._built.compiler)
        compiler.connection, compiler.using = connections[using], using
        parameters = self._built.with_values(self._values)
        compiler.as_sql = lambda: (self._built.sql, parameters)
        return compiler  # type: ignore[no-any-return]


@lru_cache(maxsize=_KEPT_AT_MOST)
def _built(
    make: Callable[..., QuerySet[Any]],
    shape: tuple[Hashable, ...],
    kinds: tuple[tuple[str, type[Any]], ...],
) -> _Built:
    """Raises ValueError when a value does not reach the database as it was given."""
    probes = {name: _probe(kind, rank) for rank, (name, kind) in enumerate(kinds)}
    queryset = make(*shape, **probes)
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, parameters = compiler.as_sql()
    names = {probe: name for name, probe in probes.items()}
    places = {
        place: names[parameter]
        for place, parameter in enumerate(parameters)
        if isinstance(parameter, Hashable) and parameter in names
    }
    if set(places.values()) != probes.keys():
        raise ValueError(f"{make.__name__} changes {sorted(probes.keys() - set(places.values()))}.")
    compiler.connection = None  # of the thread that reads, each time
    return _Built(queryset.model, compiler, sql, tuple(parameters), places)


def _probe(kind: type[Any], rank: int) -> Any:
    """A value of this kind that no query writes by itself, to be found among the parameters."""
    return {
        int: 2_000_000_000 + rank,
        str: f"\N{SYMBOL FOR UNIT SEPARATOR}{rank}",
        date: date(9000, 1, 1 + rank),
        datetime: datetime(9000, 1, 1 + rank, tzinfo=UTC),
    }[kind]


def _like(parameter: Any, value: Any) -> Any:
    """Integers carry the width of their column."""
    return type(parameter)(value) if isinstance(parameter, int) else value
