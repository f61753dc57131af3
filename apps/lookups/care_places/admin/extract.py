"""Extracts at the desk: read from a file, compared, applied."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse

from apps.core.admin import RoleAdmin
from apps.lookups.care_places.admin import extract_views
from apps.lookups.care_places.models import Extract


@admin.register(Extract)
class ExtractAdmin(RoleAdmin):
    view_roles = ("auditor",)
    change_roles = ("editor", "head")
    list_display = (
        *("__str__", "file_name", "read_at", "applied_at"),
        *("created_count", "changed_count", "kept_count", "gone_count"),
    )
    list_filter = ("source",)
    list_select_related = ("read_by", "applied_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("rows")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return extract_views.read(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return extract_views.preview(request, int(object_id))
