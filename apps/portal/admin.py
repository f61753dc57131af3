from __future__ import annotations

from django.contrib import admin

from apps.portal.models import PageText


@admin.register(PageText)
class PageTextAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("part", "updated_at")
    show_full_result_count = False
