"""Signed agreements: the list, and the pages of the moves that ask for one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.awards.admin import agreement_views
from apps.awards.models import Agreement
from apps.casefiles.models import CaseFile
from apps.core.admin import RoleAdmin
from apps.core.dates import format_date


@admin.register(Agreement)
class AgreementAdmin(RoleAdmin):
    """Read-only: an agreement is recorded by the move it allows."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    actions = None
    list_display = ("case_file", "beneficiary", "signed", "settled", "ended")
    list_display_links = None
    search_fields = ("case_file__reference", "case_file__last_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        user: Any = request.user
        readable = CaseFile.objects.at_desk_of(user)
        return (
            Agreement.objects.filter(case_file__in=readable)
            .select_related("case_file")
            .order_by("-signed_on", "-pk")
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/activer/",
                wrap(agreement_views.activate),
                name="awards_agreement_activate",
            ),
            path(
                "<int:pk>/solder/",
                wrap(agreement_views.complete),
                name="awards_agreement_complete",
            ),
            path("<int:pk>/scan/", wrap(agreement_views.scan), name="awards_agreement_scan"),
            *super().get_urls(),
        ]

    @admin.display(description="bénéficiaire")
    def beneficiary(self, agreement: Agreement) -> str:
        return agreement.case_file.applicant_name

    @admin.display(description="signée le", ordering="signed_on")
    def signed(self, agreement: Agreement) -> str:
        return _day(agreement.signed_on)

    @admin.display(description="dernier versement", ordering="settled_on")
    def settled(self, agreement: Agreement) -> str:
        return _day(agreement.settled_on)

    @admin.display(description="fin de l’engagement", ordering="commitment_ended_on")
    def ended(self, agreement: Agreement) -> str:
        return _day(agreement.commitment_ended_on)


def _day(day: date | None) -> str:
    return format_date(day) if day else ""
