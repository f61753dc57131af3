"""« Autour de … »: what every search around a place shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters as filters
from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.kept_fields import KeptFilterSet
from apps.territory.models import Commune

INSEE_CODE = r"45\d{3}"
PAGE_NUMBER = r"[1-9]\d?"


class AllOfFilter(filters.MultipleChoiceFilter):
    """Rows that have all the chosen values in an array column."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__contains": value}) if value else qs


class AroundFilterSet(KeptFilterSet):
    """Filters of a form with a place and a distance, `km`, at an instant.

    A search has one address, whatever was typed: `canonical` tells its values by patterns, the
    place of `place_name` by its code. Pages are kept for these addresses alone.
    """

    place_name: ClassVar[str]
    default_km: ClassVar[int]
    canonical: ClassVar[Mapping[str, str]]

    @classmethod
    def canonical_query(cls, asked: QueryDict) -> str | None:
        """The search in one order, or None when a part of it was typed."""
        for name, values in asked.lists():
            pattern = cls.canonical.get(name)
            if pattern is None or not all(re.fullmatch(pattern, value) for value in values):
                return None
        return urlencode(sorted((name, value) for name, each in asked.lists() for value in each))

    def __init__(self, data: QueryDict | None, *, queryset: QuerySet[Any], at: datetime) -> None:
        if data is not None and "km" not in data:  # an address that names the place alone
            data = data.copy()
            data["km"] = str(self.default_km)
        self.at = at
        super().__init__(data, queryset=queryset)

    def settled_query(self, commune: Commune | None) -> str | None:
        """Where a valid search leads: the canonical query, with the commune that was meant; None
        when another part of it was typed, or when it is canonical already."""
        if commune is None or self.canonical_query(self.data) is not None:
            return None
        asked = self.data.copy()
        asked[self.place_name] = commune.pk
        for name in list(asked):
            if filled := list(filter(None, asked.getlist(name))):
                asked.setlist(name, filled)
            else:
                del asked[name]
        return self.canonical_query(asked)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What the filters leave, wherever it is. Call it on a valid form only."""
        # The library's own goes through every field of the form: the place and the distance are
        # no filter.
        for name, chosen in self.filters.items():
            queryset = chosen.filter(queryset, self.form.cleaned_data.get(name))
        return queryset
