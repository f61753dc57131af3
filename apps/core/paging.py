"""Lists whose cost does not grow with the table: a count that stops (« plus de 1 000 » rather than
wait), and pages that begin after a row rather than at a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Field, Model, Q, QuerySet
from django.utils.functional import cached_property

from apps.core.replica import reading_alias

# Rows that somebody works through one by one: a number above is as good as « many ».
MOST_COUNTED = 99


def bounded_counts(querysets: Mapping[str, QuerySet[Any]], *, limit: int) -> dict[str, int]:
    """How many rows each queryset has, at most `limit` each: one query for all of them.

    The cost is bounded by `limit` rows a queryset that an index serves, whatever the size of
    the table: a plain GROUP BY reads every row.
    """
    counts = dict.fromkeys(querysets, 0)
    names: list[str] = []
    parts: list[str] = []
    params: list[Any] = []
    for name, queryset in querysets.items():
        try:
            sql, values = queryset.order_by().values("pk")[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        # The text is Django's own SQL; what people typed stays in the parameters.
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608
        params += values
    if names:
        with connections[reading_alias()].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", params)
            counts.update(zip(names, cursor.fetchone(), strict=True))
    return counts


def said(count: int, *, most: int) -> str:
    """A count that stopped just after `most`: « 999+ » says that there are more."""
    return f"{most}+" if count > most else str(count)


def figure_of(count: int, *, most: int) -> int | str:
    """The same for a page that also draws numbers: the number itself while it is exact."""
    return said(count, most=most) if count > most else count


class BoundedPaginator(Paginator):
    """Counts at most `limit` rows, so that the last page is never far: refine the search."""

    object_list: QuerySet[Any]
    limit = 10_000

    @cached_property
    def count(self) -> int:
        return min(self._counted, self.limit)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more rows than `count` says."""
        return self._counted > self.limit

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: self.limit + 1].count()


@dataclass(frozen=True)
class Place:
    """Where a row stands in an ordered list: its value there (None is a value), then its key."""

    value: Any
    pk: int


class KeysetPage:
    """One page of a queryset ordered by one field, then by key, the newest row first.

    `order` is the field, with « - » for the greatest first; rows without a value come where
    PostgreSQL puts them, as after the greatest. A page begins after a row or ends before one, and
    both are named in the address: the thousandth page costs what the first one does, and rows
    that arrive meanwhile shift nothing. A place that cannot be read gives the first page.

    One query; two where the rows with a value end and those without one begin.
    """

    def __init__(
        self, queryset: QuerySet[Any], *, order: str, size: int, after: str = "", before: str = ""
    ) -> None:
        self._queryset = queryset
        self._name = order.removeprefix("-")
        self._descends = order.startswith("-")
        self._size = size
        after_place, before_place = self._read(after), self._read(before)
        self._goes_back = before_place is not None
        place = before_place or after_place
        found = self._rows(place)
        has_more = len(found) > size
        self.rows: list[Any] = found[:size][::-1] if self._goes_back else found[:size]
        self.has_previous = has_more if self._goes_back else after_place is not None
        self.has_next = self._goes_back or has_more

    @property
    def previous(self) -> str:
        """The value of « before » for the page before; "" on the first page."""
        return self._write(self.rows[0]) if self.has_previous and self.rows else ""

    @property
    def next(self) -> str:
        """The value of « after » for the page after; "" on the last page."""
        return self._write(self.rows[-1]) if self.has_next and self.rows else ""

    @property
    def _field(self) -> Field[Any, Any]:
        field: Any = self._queryset.model._meta.get_field(self._name)  # noqa: SLF001 - documented
        return field

    def _write(self, row: Model) -> str:
        value = self._field.value_from_object(row)
        text = "" if value is None else self._field.value_to_string(row)
        return f"{row.pk}~{text}"

    def _read(self, text: str) -> Place | None:
        key, tilde, value = text.partition("~")
        if not tilde or not key.isdecimal() or len(key) > 18:
            return None
        try:
            return Place(self._field.to_python(value) if value else None, int(key))
        except ValidationError:
            return None

    def _rows(self, place: Place | None) -> list[Any]:
        """One more than a page, from `place` on, in the direction asked for."""
        wanted = self._size + 1
        if place is None:
            return list(self._ordered(self._queryset)[:wanted])
        found: list[Any] = []
        for condition in self._stretches(place):
            found += self._ordered(self._queryset.filter(condition))[: wanted - len(found)]
            if len(found) == wanted:
                break
        return found

    def _ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        sign, key_sign = ("-", "") if self._goes_back else ("", "-")
        if self._descends:
            sign = "" if sign else "-"
        return queryset.order_by(f"{sign}{self._name}", f"{key_sign}pk")

    def _stretches(self, place: Place) -> list[Q]:
        """What comes after `place` in this direction, cut where values end: an index reads each."""
        rises = self._descends == self._goes_back
        by_key = Q(pk__gt=place.pk) if self._goes_back else Q(pk__lt=place.pk)
        without = Q(**{f"{self._name}__isnull": True})
        if place.value is None:
            rest = without & by_key
            return [rest] if rises else [rest, ~without]
        compared = "gt" if rises else "lt"
        same = Q(**{self._name: place.value}) & by_key
        # The first condition tells the index where to begin; the second leaves out what was shown.
        here = Q(**{f"{self._name}__{compared}e": place.value}) & (
            Q(**{f"{self._name}__{compared}": place.value}) | same
        )
        return [here, without] if rises and self._field.null else [here]
