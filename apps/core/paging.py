"""Lists whose cost does not grow with the table: a count that stops, and is reckoned beyond
(« environ 25 000 » rather than wait), and pages that begin after a row rather than at a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Field, Model, Q, QuerySet
from django.utils.functional import cached_property

from apps.core.replica import reading_alias
from apps.core.words import grouped

# Rows that somebody works through one by one: a number above is as good as « many ».
MOST_COUNTED = 99
# A list is counted so far.
MOST_LISTED = 1_000


def said(count: int, *, most: int) -> str:
    """A count that stopped just after `most`: « 999+ » says that there are more."""
    return f"{most}+" if count > most else str(count)


def figure_of(count: int, *, most: int) -> int | str:
    """The same for a page that also draws numbers: the number itself while it is exact."""
    return said(count, most=most) if count > most else count


@dataclass(frozen=True)
class ListCount:
    """How many rows a list has; `lead` says how far that is true, "" when it is exact."""

    number: int
    lead: str = ""

    def __str__(self) -> str:
        return f"{self.lead} {grouped(self.number)}".strip()


def counted(
    queryset: QuerySet[Any], *, most: int, reckon: QuerySet[Any] | None = None
) -> ListCount:
    """Exact up to `most`: one query. Beyond, what PostgreSQL reckons of `reckon`: one more."""
    count = queryset.order_by().values("pk")[: most + 1].count()
    if count <= most:
        return ListCount(count)
    about = 0 if reckon is None else rounded(reckoned(reckon))
    return ListCount(about, "environ") if about > most else ListCount(most, "plus de")


def rounded(number: int) -> int:
    """996 543 is « 1 000 000 »: more digits would promise what statistics do not know."""
    return round(number, 2 - len(str(number)))


def reckoned(queryset: QuerySet[Any]) -> int:
    """How many rows PostgreSQL takes a queryset for, from its statistics: it reads none of them.

    As fresh as its last ANALYZE. Conditions on columns are reckoned well; subqueries, words that
    are searched for and « either this or none » are not.
    """
    sql, params = queryset.order_by().values("pk").query.sql_with_params()
    with connections[reading_alias()].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        [[plan]] = cursor.fetchone()
    return int(plan["Plan"]["Plan Rows"])


class BoundedPaginator(Paginator):
    """Counts MOST_LISTED rows at most, so that the last page is never far: refine the search."""

    object_list: QuerySet[Any]

    @cached_property
    def list_count(self) -> ListCount:
        return counted(self.object_list, most=MOST_LISTED)

    @property
    def count(self) -> int:
        return self.list_count.number


@dataclass(frozen=True)
class Place:
    """Where a row stands in an ordered list: its value there (None is a value), then its key."""

    value: Any
    pk: int


def first_keys(
    parts: Sequence[QuerySet[Any]], order: Sequence[str], count: int, *, head: Q | None = None
) -> list[Any]:
    """The keys of the first `count` rows, in `order`, of several lists together: one query.

    Each list is read by itself as far as `count`, by the index that finds and orders its rows:
    « or » between them would read all their rows. `head` is a condition that only the first rows
    of `order` meet, whatever the list: those are looked for alone, and the others with them, by
    one more query, only where they are too few.
    """
    if head is not None:
        found = first_keys([part.filter(head) for part in parts], order, count)
        if len(found) == count:
            return found
    ordered = [part.order_by(*order)[:count] for part in parts]
    if len(ordered) == 1:
        return list(ordered[0].values_list("pk", flat=True))
    names = [name.removeprefix("-") for name in order]
    first, *others = [part.values_list(*names) for part in ordered]
    return [row[names.index("pk")] for row in first.union(*others).order_by(*order)[:count]]


class KeysetPage:
    """One page of a queryset ordered by one field, then by key, the newest row first.

    `order` is the field, with « - » for the greatest first; rows without a value come where
    PostgreSQL puts them, as after the greatest. A page begins after a row or ends before one, and
    both are named in the address: the thousandth page costs what the first one does, and rows
    that arrive meanwhile shift nothing. A place that cannot be read gives the first page.

    `queryset` says which rows; `lines` reads those of the page, with what their lines show.
    Two queries; four where the rows with a value end and those without one begin. The first page
    may count too, up to `most_counted` rows of the list: what finds its keys finds those.
    `parts` are lists that make up `queryset` together, and `head` what its first rows meet, as for
    `first_keys`.
    """

    def __init__(
        self,
        queryset: QuerySet[Any],
        *,
        lines: QuerySet[Any],
        order: str,
        size: int,
        after: str = "",
        before: str = "",
        most_counted: int = 0,
        parts: Sequence[QuerySet[Any]] = (),
        head: Q | None = None,
    ) -> None:
        self._queryset = queryset
        self._parts = parts or [queryset]
        self._head = head
        self._most_counted = most_counted
        self._lines = lines
        self._name = order.removeprefix("-")
        self._descends = order.startswith("-")
        self._size = size
        after_place, before_place = self._read(after), self._read(before)
        self._goes_back = before_place is not None
        self._keys_found: int | None = None
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

    def counted(self) -> ListCount:
        """How many rows the list has, exact up to `most_counted`: one query, none on a first page
        that has read as many keys."""
        most, found = self._most_counted, self._keys_found
        if found is None:
            return counted(self._queryset, most=most)
        return ListCount(found) if found <= most else ListCount(most, "plus de")

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
            keys = self._keys(Q(), max(wanted, self._most_counted + 1), head=self._head)
            self._keys_found = len(keys)
            return self._read_lines(keys[:wanted])
        found: list[Any] = []
        for condition in self._stretches(place):
            keys = self._keys(condition, wanted - len(found))
            found += self._read_lines(keys)
            if len(found) == wanted:
                break
        return found

    def _keys(self, condition: Q, count: int, *, head: Q | None = None) -> list[Any]:
        """In the order of their index, without the lines: joined at once, every row would sometimes
        be read and sorted, where PostgreSQL takes many rows for few."""
        parts = [part.filter(condition) for part in self._parts]
        return first_keys(parts, self._order(), count, head=head)

    def _read_lines(self, keys: list[Any]) -> list[Any]:
        found = self._lines.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def _order(self) -> tuple[str, str]:
        sign, key_sign = ("-", "") if self._goes_back else ("", "-")
        if self._descends:
            sign = "" if sign else "-"
        return f"{sign}{self._name}", f"{key_sign}pk"

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
