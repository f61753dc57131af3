"""Lists of rows that hang on a case file: searched as the worklist is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.casefiles.models import CaseFile
from apps.casefiles.search import read_search
from apps.core.admin import RoleAdmin
from apps.core.paging import first_keys

# Who finds more files looks for one of them: the latest are looked at, and it is said.
MOST_FOUND = 200


class FileRowsAdmin(RoleAdmin):
    """`file_field` leads to the case file; `own_search_fields` are of the rows themselves.

    Django's own search compares every row of both tables, for it joins before it compares: the
    files that answer are found first, by their index, and so are the rows: the latest MOST_FOUND
    of each, and a message where there are more. The latest files are those of the worklist.
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
        return queryset.filter(self._answering(request, search_term.strip())), False

    def _answering(self, request: HttpRequest, text: str) -> Q:
        """The rows of the files that answer, and those that do by themselves: by their keys, so
        that nothing else is read."""
        # Of this person's files alone: those of other aids would take the place of theirs.
        user: Any = request.user
        mine = CaseFile.objects.at_desk_of(user)
        search = read_search(text)
        files = first_keys(
            [mine.filter(way) for way in search.ways],
            ("-submitted_at", "-pk"),
            MOST_FOUND + 1,
            head=search.head,
        )
        kept = self._latest(request, files, "dossiers", "derniers")
        found = Q(**{f"{self.file_field}__in": kept})
        by_itself = Q()
        for name in self.own_search_fields:
            by_itself |= Q(**{f"{name}__icontains": text})
        if by_itself:
            rows = self.model._default_manager.filter(by_itself)  # noqa: SLF001 - documented
            keys = first_keys([rows], ("-pk",), MOST_FOUND + 1)
            found |= Q(pk__in=self._latest(request, keys, "lignes", "dernières"))
        return found

    def _latest(self, request: HttpRequest, found: list[int], name: str, latest: str) -> list[int]:
        """As many as are looked at; it is said when there are more."""
        if len(found) > MOST_FOUND:
            messages.warning(
                request,
                f"Plus de {MOST_FOUND} {name} répondent\u00a0: la liste ne tient compte que des "
                f"{MOST_FOUND} {latest}. Précisez la recherche.",
            )
        return found[:MOST_FOUND]
