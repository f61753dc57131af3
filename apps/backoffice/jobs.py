"""Background jobs, for the technical administrator: what waits, what failed, tried again."""

from __future__ import annotations

import json

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core.paging import BoundedPaginator

_STATES = {
    "todo": "En attente",
    "doing": "En cours",
    "succeeded": "Faite",
    "failed": "Échouée",
    "cancelled": "Annulée",
    "aborted": "Interrompue",
}


class JobAdmin(admin.ModelAdmin):
    """The library's own lists draw inline styles, which our pages refuse, and speak English."""

    list_display = (
        "pk",
        "task_name",
        "pretty_args",
        "pretty_status",
        "scheduled_at",
        "attempts",
    )
    list_filter = ("status", "task_name")
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    fields = (
        "task_name",
        "pretty_args",
        "pretty_status",
        "scheduled_at",
        "attempts",
    )
    readonly_fields = fields
    actions = ("retry", "cancel")
    retry = admin.action(description="Essayer de nouveau")(ProcrastinateJobAdmin.retry)
    cancel = admin.action(description="Ne pas faire")(ProcrastinateJobAdmin.cancel)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_delete_permission = has_change_permission

    @admin.display(description="état", ordering="status")
    def pretty_status(self, instance: ProcrastinateJob) -> str:
        return _STATES.get(instance.status, instance.status)

    @admin.display(description="arguments")
    def pretty_args(self, instance: ProcrastinateJob) -> str:
        return json.dumps(instance.args, ensure_ascii=False)


admin.site.unregister(ProcrastinateJob)
admin.site.register(ProcrastinateJob, JobAdmin)
