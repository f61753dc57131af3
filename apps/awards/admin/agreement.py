"""Agreements: the list, and the pages of everything done with one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.roles import Role
from apps.awards.admin import agreement_views, bank_details_views, signature_views
from apps.awards.models import Agreement, Instalment
from apps.casefiles.admin.file_rows import FileRowsAdmin
from apps.core import clock
from apps.core.dates import format_date

# All of them are about the file of this primary key: it may have no agreement yet.
_PAGES = (
    ("preparer/", signature_views.prepare, "prepare"),
    ("envoyer/", signature_views.send, "send"),
    ("retour/", signature_views.take_in, "return"),
    ("refuser/", signature_views.refuse, "refuse"),
    ("document/", signature_views.document, "document"),
    ("scan/", signature_views.scan, "scan"),
    ("exemplaires/<int:copy_pk>/", signature_views.copy, "copy"),
    ("activer/", agreement_views.activate, "activate"),
    ("solder/", agreement_views.complete, "complete"),
    ("compte/", bank_details_views.account, "account"),
    ("compte/saisir/", bank_details_views.give_account, "give_account"),
)


@admin.register(Agreement)
class AgreementAdmin(FileRowsAdmin):
    """Read-only: everything is done on the file's own pages."""

    view_roles = (Role.HEAD, Role.CASEWORKER, Role.ACCOUNTANT, Role.AUDITOR)
    row_pages = _PAGES
    actions = None
    list_display = ("file", "beneficiary", "status", "sent", "returned", "signed", "paid")
    list_display_links = None
    list_filter = ("status",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        user: Any = request.user
        paid = Instalment.objects.filter(case_file=OuterRef("case_file")).order_by("-paid_on")
        last = paid.exclude(paid_on=None).values("paid_on")[:1]
        listed = Agreement.objects.at_desk_of(user).annotate(last_paid_on=Subquery(last))
        return listed.select_related("case_file").order_by("-pk")

    @admin.display(description="dossier")
    def file(self, agreement: Agreement) -> SafeString:
        address = reverse("admin:casefiles_casefile_change", args=[agreement.case_file_id])
        return format_html('<a href="{}">{}</a>', address, agreement.case_file)

    @admin.display(description="bénéficiaire")
    def beneficiary(self, agreement: Agreement) -> str:
        return agreement.case_file.applicant_name

    @admin.display(description="envoyée le", ordering="sent_at")
    def sent(self, agreement: Agreement) -> str:
        return _day(agreement.sent_at)

    @admin.display(description="renvoyée le", ordering="returned_at")
    def returned(self, agreement: Agreement) -> str:
        return _day(agreement.returned_at)

    @admin.display(description="signée le", ordering="signed_on")
    def signed(self, agreement: Agreement) -> str:
        return _day(agreement.signed_on)

    @admin.display(description="dernier versement", ordering="last_paid_on")
    def paid(self, agreement: Any) -> str:
        return _day(agreement.last_paid_on)


def _day(when: date | datetime | None) -> str:
    if isinstance(when, datetime):
        when = clock.paris_date(when)
    return format_date(when) if when else ""
