"""Counting without reading a whole table: a list says « plus de 10 000 » rather than wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet
from django.utils.functional import cached_property

from apps.core.replica import reading_alias


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
        return self.object_list.order_by()[: self.limit + 1].count()
