"""The table of lengths: every rule of the portal, what the last round deleted, a page for each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.core.admin import RoleAdmin
from apps.privacy.admin.pages import draw, person
from apps.privacy.forms import PeriodForm
from apps.privacy.models import DeletionRecord, RetentionPeriod, RetentionRun
from apps.privacy.periods import (
    READERS,
    RuleLine,
    labels_of,
    lines_for,
    set_period,
    unset,
    why_not_set_period,
)


def _lines(request: HttpRequest) -> HttpResponse:
    """Four queries however many rules there are."""
    actor = person(request)
    if reason := why_not_role(actor, *READERS):
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
    lines = lines_for(actor)
    groups: dict[str, list[tuple[RuleLine, int, bool]]] = {}
    for line in lines:
        row = line, deleted.get(line.rule.code, 0), not why_not_set_period(actor, line.rule)
        groups.setdefault(line.rule.group, []).append(row)
    context = {
        "title": "Durées de conservation",
        "groups": list(groups.items()),
        "unset_title": _unset_title(len(unset(lines))),
        "unset_labels": labels_of(unset(lines)),
        "last": last,
    }
    return draw(request, "periods.html", context)


def _unset_title(count: int) -> str:
    if count == 1:
        return "1 durée n’est pas fixée"
    return f"{count} durées ne sont pas fixées"


@require_http_methods(["GET", "HEAD", "POST"])
def change_period(request: HttpRequest, code: str) -> HttpResponse:
    """One length, by the head of its programme, or of all of them."""
    actor = person(request)
    if reason := why_not_role(actor, Role.HEAD):
        raise PermissionDenied(reason)
    line = next((line for line in lines_for(actor) if line.rule.code == code), None)
    if line is None:
        raise Http404("Cette règle n’existe pas.")
    if reason := why_not_set_period(actor, line.rule):
        raise PermissionDenied(reason)
    initial = PeriodForm.initial_of(line.length, source=line.source, is_validated=line.is_validated)
    form = PeriodForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_period(
            rule=line.rule,
            actor=actor,
            length=form.chosen_length,
            source=form.cleaned_data["source"],
            is_validated=form.cleaned_data["is_validated"],
        )
        messages.success(request, f"« {line.rule.label} » : durée enregistrée.")
        return redirect("admin:privacy_retentionperiod_changelist")
    context = {"title": line.rule.label, "line": line, "form": form}
    return draw(request, "period.html", context, status=422 if form.errors else 200)


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(RoleAdmin):
    """Its list is the table of all rules; a row exists once somebody decided."""

    view_roles = READERS
    list_pages = (("regle/<path:code>/", change_period, "rule"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RetentionPeriod]:
        """What Django's own pages (history) know: no more rules than the table shows."""
        codes = [line.rule.code for line in lines_for(person(request))]
        return RetentionPeriod.objects.filter(rule__in=codes)

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
