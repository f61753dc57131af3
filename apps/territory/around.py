"""« Autour de … »: what every search around a place shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.http import QueryDict

from apps.core.kept_fields import KeptFilterSet


class AllOfFilter(filters.MultipleChoiceFilter):
    """Rows that have all the chosen values in an array column."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__contains": value}) if value else qs


class AroundFilterSet(KeptFilterSet):
    """Filters of a form with a place and a distance, `km`, at an instant."""

    default_km: ClassVar[int]

    def __init__(self, data: QueryDict | None, *, queryset: QuerySet[Any], at: datetime) -> None:
        if data is not None and "km" not in data:  # an address that names the place alone
            data = data.copy()
            data["km"] = str(self.default_km)
        self.at = at
        super().__init__(data, queryset=queryset)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """What the filters leave, wherever it is. Call it on a valid form only."""
        # The library's own goes through every field of the form: the place and the distance are
        # no filter.
        for name, chosen in self.filters.items():
            queryset = chosen.filter(queryset, self.form.cleaned_data.get(name))
        return queryset
