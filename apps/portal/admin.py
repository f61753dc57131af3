from __future__ import annotations

from django.contrib import admin

from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.portal.models import PageText


@admin.register(PageText)
class PageTextAdmin(RoleAdmin):
    list_display = ("part", "updated_at")
    view_roles = (Role.HEAD, Role.AUDITOR)
    change_roles = (Role.EDITOR,)
