"""What left, what waits and what failed: read by staff, sent again when it failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.notifications.concealment import readable_emails
from apps.notifications.models import OutgoingEmail
from apps.notifications.queue import resend
from apps.notifications.registry import email_kinds

_HIDDEN = "Ce courriel contient un code : son texte reste caché."


class KindFilter(admin.SimpleListFilter):
    title = "sujet du courriel"
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> Iterable[tuple[str, str]]:
        return sorted(((kind.slug, kind.label) for kind in email_kinds()), key=lambda row: row[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(RoleAdmin):
    """Read-only; « Renvoyer » queues failed e-mails again. Codes are never shown."""

    view_roles = (Role.CASEWORKER, Role.HEAD, Role.AUDITOR)
    list_display = ("created", "to", "subject", "kind_name", "related_reference", "state")
    list_display_links = ("subject",)
    list_filter = ("status", KindFilter)
    searches_people = True
    search_fields = ("to", "related_reference")
    search_help_text = "Adresse ou référence de dossier"
    ordering = ("-id",)
    actions = ("send_again",)
    readonly_fields = (
        *("to", "subject", "kind_name", "related_reference", "state", "attempts", "last_error"),
        *("created", "sent", "body", "attached_files", "message_id"),
    )
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingEmail]:
        user: Any = request.user
        emails: QuerySet[OutgoingEmail] = super().get_queryset(request)
        return emails.filter(readable_emails(user)).defer("text", "html")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, None, Role.CASEWORKER, Role.HEAD)

    @admin.action(description="Renvoyer les courriels en échec", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingEmail]) -> None:
        sent = 0
        for email in queryset:
            if reason := resend(email):
                self.message_user(request, f"{email} : {reason}", messages.WARNING)
            else:
                sent += 1
        if sent:
            plural = "s" if sent > 1 else ""
            self.message_user(request, f"{sent} courriel{plural} remis en file.", messages.SUCCESS)

    @admin.display(description="créé le", ordering="id")
    def created(self, email: OutgoingEmail) -> str:
        return format_datetime(email.created_at)

    @admin.display(description="envoyé le")
    def sent(self, email: OutgoingEmail) -> str:
        return format_datetime(email.sent_at) if email.sent_at else "Pas encore"

    @admin.display(description="sujet du courriel")
    def kind_name(self, email: OutgoingEmail) -> str:
        return email.kind_label

    @admin.display(description="état", ordering="status")
    def state(self, email: OutgoingEmail) -> str:
        return str(email.get_status_display())

    @admin.display(description="texte")
    def body(self, email: OutgoingEmail) -> str:
        return _HIDDEN if email.is_sensitive else email.text

    @admin.display(description="pièces jointes", empty_value="Aucune")
    def attached_files(self, email: OutgoingEmail) -> SafeString:
        rows = email.attachment_rows.select_related("stored_file")
        return format_html_join(", ", "{}", ((row.stored_file.original_name,) for row in rows))
