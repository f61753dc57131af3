"""The papers of an award at the desk: opened in a tab, and every opening kept and listed."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from apps.accounts.roles import Role
from apps.awards.admin.pages import person
from apps.awards.models import PaperAccess
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_datetime
from apps.files.models import StoredFile
from apps.files.serving import serve_file, why_not_open


def show_paper(request: HttpRequest, case_file: CaseFile, stored: StoredFile) -> HttpResponseBase:
    """Shown when every browser can, else downloaded. Side effect: who opened it is kept.

    The caller has checked the person's right to the file.
    """
    if reason := why_not_open(stored):
        raise PermissionDenied(reason)
    PaperAccess.objects.create(
        case_file=case_file, file=stored, user=person(request), at=clock.now()
    )
    return serve_file(request, stored, as_attachment=stored.is_image and not stored.can_preview)


@admin.register(PaperAccess)
class PaperAccessAdmin(FileRowsAdmin):
    """Read-only: who read what, for whoever asks."""

    view_roles = (Role.HEAD, Role.AUDITOR)
    actions = None
    list_display = ("moment", "user", "case_file", "file_name")
    list_display_links = None
    own_search_fields = ("user__last_name",)
    search_help_text = "Référence, nom ou commune du dossier, ou nom de l’agent"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaperAccess]:
        readable = CaseFile.objects.at_desk_of(person(request))
        return PaperAccess.objects.filter(case_file__in=readable).select_related(
            "case_file", "file", "user"
        )

    @admin.display(description="le", ordering="at")
    def moment(self, access: PaperAccess) -> str:
        return format_datetime(access.at)

    @admin.display(description="fichier")
    def file_name(self, access: PaperAccess) -> str:
        return access.file.original_name
