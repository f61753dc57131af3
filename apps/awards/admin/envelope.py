"""Envelopes in the admin: who may see them, and the address of everything done with one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from apps.accounts.roles import Role
from apps.awards.admin import envelope_views
from apps.awards.models import Envelope
from apps.awards.permissions import ENVELOPE_READERS
from apps.core.admin import RoleAdmin


@admin.register(Envelope)
class EnvelopeAdmin(RoleAdmin):
    """The accountant and the auditor read; the head of a programme records its votes."""

    view_roles = ENVELOPE_READERS
    change_roles = (Role.HEAD,)
    programme_field = "programme"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(envelope_views.export), name="awards_envelope_export"),
            path("<int:pk>/modifier/", wrap(envelope_views.amend), name="awards_envelope_amend"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What was voted stays: a mistake is corrected by another vote."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return envelope_views.index(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return envelope_views.record(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return envelope_views.show(request, int(object_id))
