"""Commissions in the admin: who may see them, and the address of everything done with one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.roles import Role
from apps.awards.admin import agenda_views, schedule_views, session_views, vote_views
from apps.awards.models import Session
from apps.awards.permissions import READER_ROLES
from apps.core.admin import RoleAdmin

_PAGES = (
    ("modifier/", session_views.change, "edit"),
    ("supprimer/", session_views.delete, "remove"),
    ("document/", session_views.document, "document"),
    ("dossiers/", agenda_views.add_files, "add_files"),
    ("dossiers/<int:item_pk>/deplacer/", agenda_views.move, "move_item"),
    ("dossiers/<int:item_pk>/retirer/", agenda_views.remove, "remove_item"),
    ("votes/", vote_views.votes, "votes"),
    ("cloture/", vote_views.close, "close"),
)


@admin.register(Session)
class SessionAdmin(RoleAdmin):
    """Everyone at the desk reads them; heads run them, each act on a page of its own."""

    view_roles = READER_ROLES
    change_roles = (Role.HEAD,)
    row_pages = _PAGES
    list_pages = (("inscrire/", schedule_views.schedule, "schedule"),)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An empty sitting goes by its own page (session_views.delete); the others stay."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return session_views.index(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return session_views.plan(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return session_views.show(request, int(object_id))
