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
    try:
        built = _built(make, shape, _kinds(values))
    except EmptyResultSet:  # « in » nothing: Django asks the database for no row either
        return []
    query: Any = _ReadyQuery(built, values)
    return list(QuerySet(model=built.model, query=query))


def counts(
    make: Callable[..., Mapping[str, QuerySet[Any]]],
    *shape: Hashable,
    limit: int,
    **values: Value,
) -> dict[str, int]:
    """How many rows each queryset of `make(*shape, **values)` has, at most `limit` each: one query
    for all of them, built as for `instances`.

    The cost is bounded by `limit` rows a queryset that an index serves, whatever the size of the
    table: a plain GROUP BY reads every row. A value that a queryset computes with (the day before
    `on`) belongs to the shape.
    """
    counting = _counting(make, shape, limit, _kinds(values))
    found = dict.fromkeys(counting.names, 0)
    if counting.counted:
        with connections[reading_alias()].cursor() as cursor:
            cursor.execute(counting.text.sql, counting.text.with_values(values))
            found.update(zip(counting.counted, cursor.fetchone(), strict=True))
    return found


@dataclass(frozen=True)
class _Text:
    """The SQL of a query, and where its values go among the parameters."""

    sql: str
    parameters: tuple[Any, ...]
    places: Mapping[int, str]

    def with_values(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        parameters = list(self.parameters)
        for place, name in self.places.items():
            parameters[place] = _like(parameters[place], values[name])
        return tuple(parameters)


@dataclass(frozen=True)
class _Built:
    """What Django's compiler found for a query."""

    model: type[Any]
    compiler: SQLCompiler
    text: _Text


@dataclass(frozen=True)
class _Counting:
    """`counted` are those of the `names` that may have rows: the text counts them, in order."""

    names: tuple[str, ...]
    counted: tuple[str, ...]
    text: _Text


class _ReadyQuery:
    """All that a QuerySet asks of its query when it is read, and nothing else."""

    def __init__(self, built: _Built, values: Mapping[str, Any]) -> None:
        self._built = built
        self._values = values

    def get_compiler(self, using: str) -> SQLCompiler:
        compiler: Any = copy(self._built.compiler)
        compiler.connection, compiler.using = connections[using], using
        text = self._built.text
        parameters = text.with_values(self._values)
        compiler.as_sql = lambda: (text.sql, parameters)
        return compiler  # type: ignore[no-any-return]


Kinds = tuple[tuple[str, type[Any]], ...]


def _kinds(values: Mapping[str, Value]) -> Kinds:
    return tuple((name, type(value)) for name, value in values.items())


@lru_cache(maxsize=_KEPT_AT_MOST)
def _built(make: Callable[..., QuerySet[Any]], shape: tuple[Hashable, ...], kinds: Kinds) -> _Built:
    """Raises ValueError when a value does not reach the database as it was given."""
    probes = _probes(kinds)
    queryset = make(*shape, **probes)
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, parameters = compiler.as_sql()
    compiler.connection = None  # of the thread that reads, each time
    return _Built(queryset.model, compiler, _text(make, sql, parameters, probes))


@lru_cache(maxsize=_KEPT_AT_MOST)
def _counting(
    make: Callable[..., Mapping[str, QuerySet[Any]]],
    shape: tuple[Hashable, ...],
    limit: int,
    kinds: Kinds,
) -> _Counting:
    """Raises ValueError as `_built` does."""
    probes = _probes(kinds)
    querysets = make(*shape, **probes)
    parts: dict[str, str] = {}
    parameters: list[Any] = []
    for name, queryset in querysets.items():
        try:
            sql, of_it = queryset.order_by().values("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        # The text is Django's own SQL; what people typed stays in the parameters.
        parts[name] = f"(SELECT COUNT(*) FROM ({sql}) AS counted)"  # noqa: S608
        parameters += of_it
    text = _text(make, f"SELECT {', '.join(parts.values())}", parameters, probes if parts else {})
    return _Counting(tuple(querysets), tuple(parts), text)


def _probes(kinds: Kinds) -> dict[str, Any]:
    return {name: _probe(kind, rank) for rank, (name, kind) in enumerate(kinds)}


def _text(
    make: Callable[..., Any], sql: str, parameters: Sequence[Any], probes: Mapping[str, Any]
) -> _Text:
    names = {probe: name for name, probe in probes.items()}
    places = {
        place: names[parameter]
        for place, parameter in enumerate(parameters)
        if isinstance(parameter, Hashable) and parameter in names
    }
    if set(places.values()) != probes.keys():
        raise ValueError(f"{make.__name__} changes {sorted(probes.keys() - set(places.values()))}.")
    return _Text(sql, tuple(parameters), places)


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
