"""The worklist and the file's page, in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.roles import Role
from apps.casefiles.admin import (
    assignment_views,
    document_views,
    export_views,
    intake_views,
    message_views,
    transition_views,
)
from apps.casefiles.admin.file_page import show_file
from apps.casefiles.admin.filters import (
    ChannelFilter,
    FictitiousFilter,
    ProgrammeFilter,
    QueueFilter,
    StateFilter,
    current_queue,
)
from apps.casefiles.admin.pages import person
from apps.casefiles.admin.worklist import LIST_DISPLAY, SORTABLE, Worklist
from apps.casefiles.models import CaseFile
from apps.casefiles.readers import READER_ROLES
from apps.core.admin import RoleAdmin

# Beside moves, what agents do on a file: address below the file's own, view, name.
_FILE_PAGES = (
    ("move/<slug:name>/", transition_views.move, "move"),
    ("assign/", assignment_views.assign_one, "assign"),
    ("messages/", message_views.write_message, "message"),
    ("notes/", message_views.add_note, "note_add"),
    ("notes/<int:note_pk>/", message_views.change_note, "note_change"),
    ("documents/<int:document_pk>/", document_views.open_document, "document"),
    ("documents/<int:document_pk>/check/", document_views.check_document, "document_check"),
    ("letters/<int:letter_pk>/", document_views.open_letter, "letter"),
)


@admin.register(CaseFile)
class CaseFileAdmin(RoleAdmin):
    """Nothing of a file is edited in a form of raw fields: moves, answers and pieces have their
    verbs, and each of them its page."""

    view_roles = (*READER_ROLES, Role.COMMITTEE_MEMBER)
    row_pages = _FILE_PAGES
    list_pages = (
        ("batch/assign/", assignment_views.assign_many, "batch_assign"),
        ("export/", export_views.export, "export"),
    )
    actions = None
    list_display = LIST_DISPLAY
    sortable_by = SORTABLE
    list_filter = (QueueFilter, StateFilter, ProgrammeFilter, ChannelFilter, FictitiousFilter)
    # The worklist looks for the words itself; Django draws no box without this.
    search_fields = ("reference",)
    searches_people = True
    search_help_text = "Référence, nom, adresse e-mail, numéro RPPS ou commune."
    list_max_show_all = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CaseFile]:
        return CaseFile.objects.at_desk_of(person(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("legal_due_on",) if current_queue(request).by_deadline else ("-submitted_at",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Worklist]:
        return Worklist

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Not here (Worklist.get_queryset); the search is kept all the same."""
        self.note_search(request, search_term)
        return queryset, False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """To type in a request for somebody."""
        return self._holds(request, None, Role.CASEWORKER, Role.HEAD)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A file is purged at the end of its legal period, never deleted by hand."""
        return False

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied("Il faut être instructeur pour saisir une demande.")
        return intake_views.type_in(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return require_safe(show_file)(request, int(object_id))
