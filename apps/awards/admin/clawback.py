"""Clawbacks: the list, the page of one, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.roles import Role
from apps.awards.admin import clawback_views
from apps.awards.models import Clawback
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_date
from apps.core.money import format_euros


@admin.register(Clawback)
class ClawbackAdmin(FileRowsAdmin):
    """Read-only: a clawback is written by the decision that it follows."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    row_pages = (
        ("ordre/", clawback_views.order, "order"),
        ("rembourse/", clawback_views.repaid, "repaid"),
        ("remise/", clawback_views.waive, "waive"),
    )
    actions = None
    list_display = ("order_number", "beneficiary", "cause", "euros", "status", "issued")
    list_filter = ("status", "cause")
    own_search_fields = ("number",)
    search_help_text = "Numéro, ou référence, nom ou commune du dossier"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clawback]:
        user: Any = request.user
        return Clawback.objects.filter(
            case_file__in=CaseFile.objects.at_desk_of(user)
        ).select_related("case_file")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return clawback_views.show(request, int(object_id))

    @admin.display(description="numéro", ordering="number")
    def order_number(self, clawback: Clawback) -> str:
        return clawback.number or "sans ordre"

    @admin.display(description="bénéficiaire", ordering="case_file__last_name")
    def beneficiary(self, clawback: Clawback) -> str:
        return clawback.case_file.applicant_name

    @admin.display(description="montant", ordering="amount")
    def euros(self, clawback: Clawback) -> str:
        return format_euros(clawback.amount)

    @admin.display(description="établi le", ordering="issued_at")
    def issued(self, clawback: Clawback) -> str:
        return format_date(clock.paris_date(clawback.issued_at))
