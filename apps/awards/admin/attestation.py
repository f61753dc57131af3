"""Attestations of third persons: the list, and the pages of what the guichet does about them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.awards.admin import attestation_views as views
from apps.awards.models import Attestation
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_date


@admin.register(Attestation)
class AttestationAdmin(FileRowsAdmin):
    """Read-only: an answer is given by a link or recorded from a paper, and never changes."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    actions = None
    list_display = ("month", "reference", "answer", "given_by", "day", "settled")
    list_display_links = None
    list_filter = ("presence",)
    file_field = "instalment__case_file"
    own_search_fields = ("given_by",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attestation]:
        user: Any = request.user
        readable = CaseFile.objects.at_desk_of(user)
        return (
            Attestation.objects.filter(instalment__case_file__in=readable)
            .select_related("instalment__case_file")
            .order_by("-given_at", "-pk")
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/lien/", wrap(views.send), name="awards_attestation_send"),
            path("<int:pk>/personne/", wrap(views.designate), name="awards_attestation_designate"),
            path("<int:pk>/papier/", wrap(views.paper), name="awards_attestation_paper"),
            path("<int:pk>/montant/", wrap(views.amount), name="awards_attestation_settle"),
            path("<int:pk>/scan/", wrap(views.scan), name="awards_attestation_scan"),
            *super().get_urls(),
        ]

    @admin.display(description="mois")
    def month(self, attestation: Attestation) -> str:
        return attestation.instalment.label

    @admin.display(description="dossier")
    def reference(self, attestation: Attestation) -> str:
        return attestation.instalment.case_file.reference

    @admin.display(description="réponse")
    def answer(self, attestation: Attestation) -> str:
        return attestation.answer_label

    @admin.display(description="le", ordering="given_at")
    def day(self, attestation: Attestation) -> str:
        return format_date(clock.paris_date(attestation.given_at))

    @admin.display(description="suite")
    def settled(self, attestation: Attestation) -> str:
        if attestation.needs_settling:
            return "Montant à décider"
        return "Montant décidé" if attestation.settled_at else "À payer"
