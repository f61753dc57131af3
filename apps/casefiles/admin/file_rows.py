"""Lists of rows that hang on a case file: searched as the worklist is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from apps.casefiles.models import CaseFile
from apps.casefiles.search import search_case_files
from apps.core.admin import RoleAdmin


class FileRowsAdmin(RoleAdmin):
    """`file_field` leads to the case file; `own_search_fields` are of the rows themselves.

    Django's own search compares every row of both tables, for it joins before it compares: the
    files that answer are found first, by their index, and so are the rows.
    """

    file_field: ClassVar[str] = "case_file"
    own_search_fields: ClassVar[Sequence[str]] = ()
    search_fields = ("case_file",)  # there is a search box
    searches_people = True
    search_help_text = "Référence, nom ou commune du dossier"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        self.note_search(request, search_term)
        if not search_term.strip():
            return queryset, False
        files = search_case_files(CaseFile.objects.order_by(), search_term).values("pk")
        by_file = Q(**{f"{self.file_field}__in": files})
        if not self.own_search_fields:
            return queryset.filter(by_file), False
        by_itself = Q()
        for name in self.own_search_fields:
            by_itself |= Q(**{f"{name}__icontains": search_term.strip()})
        rows = self._rows().filter(by_file).union(self._rows().filter(by_itself))
        return queryset.filter(pk__in=rows), False

    def _rows(self) -> QuerySet[Model]:
        rows: QuerySet[Model] = self.model._default_manager.order_by().values("pk")  # noqa: SLF001 - documented
        return rows
