"""The table of lengths: every rule of the portal, what the last round deleted, a page for each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.privacy.admin.pages import draw, person
from apps.privacy.forms import PeriodForm
from apps.privacy.models import DeletionRecord, RetentionPeriod, RetentionRun
from apps.privacy.periods import RuleLine, rule_lines

_READERS = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


def _lines(request: HttpRequest) -> HttpResponse:
    """Four queries however many rules there are."""
    if reason := why_not_role(person(request), *_READERS):
        raise PermissionDenied(reason)
    last = RetentionRun.objects.first()
    deleted = dict(
        DeletionRecord.objects.filter(run=last)
        .order_by()
        .values_list("rule")
        .annotate(Sum("count"))
        if last
        else ()
    )
    groups: dict[str, list[tuple[RuleLine, int]]] = {}
    for line in rule_lines():
        groups.setdefault(line.rule.group, []).append((line, deleted.get(line.rule.code, 0)))
    context = {
        "title": "Durées de conservation",
        "groups": list(groups.items()),
        "last": last,
        "may_change": not why_not_role(person(request), Role.HEAD),
    }
    return draw(request, "periods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_period(request: HttpRequest, code: str) -> HttpResponse:
    """One length, by the head of the guichet."""
    if reason := why_not_role(person(request), Role.HEAD):
        raise PermissionDenied(reason)
    line = next((line for line in rule_lines() if line.rule.code == code), None)
    if line is None:
        raise Http404("Cette règle n’existe pas.")
    initial = PeriodForm.initial_of(line.length, source=line.source, is_validated=line.is_validated)
    form = PeriodForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _save(code, form.cleaned_data)
        messages.success(request, f"« {line.rule.label} » : durée enregistrée.")
        return redirect("admin:privacy_retentionperiod_changelist")
    context = {"title": line.rule.label, "line": line, "form": form}
    return draw(request, "period.html", context, status=422 if form.errors else 200)


def _save(code: str, values: dict[str, Any]) -> RetentionPeriod:
    length = values["length"]
    period, _ = RetentionPeriod.objects.update_or_create(
        rule=code,
        defaults={
            "length": length,
            "unit": values["unit"] if length else "",
            "source": values["source"],
            "is_validated": values["is_validated"],
        },
    )
    return period


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(RoleAdmin):
    """Its list is the table of all rules; a row exists once somebody decided."""

    view_roles = _READERS
    list_pages = (("regle/<path:code>/", change_period, "rule"),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return require_safe(_lines)(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
