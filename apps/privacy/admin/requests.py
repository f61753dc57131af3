"""The wishes to be forgotten, and the page where the head of the guichet answers them."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from apps.accounts.roles import Role
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.admin import RoleAdmin
from apps.core.dates import format_datetime
from apps.privacy.admin.pages import draw, person
from apps.privacy.forms import AnswerForm
from apps.privacy.models import ErasureRequest
from apps.privacy.requests import handle_request, plan_of, why_not_handle


@require_http_methods(["GET", "HEAD", "POST"])
def handle(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what goes and what stays, POST does it."""
    readable = ErasureRequest.objects.at_desk_of(person(request))
    asked = get_object_or_404(readable.select_related("user"), pk=pk)
    if reason := why_not_handle(person(request), asked):
        raise PermissionDenied(reason)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    reasons: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            handle_request(
                request=asked,
                actor=person(request),
                answer=form.cleaned_data["answer"],
                at=clock.now(),
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Demande traitée. La personne est prévenue par courriel.")
            return redirect("admin:privacy_erasurerequest_changelist")
    context = {
        "title": "Effacer à la demande de la personne",
        "asked": asked,
        "plan": plan_of(asked.user),
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "erase.html", context, status=status)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(RoleAdmin):
    """Read-only but for its page « traiter »."""

    view_roles = (Role.HEAD, Role.AUDITOR)
    row_pages = (("traiter/", handle, "handle"),)
    actions = None
    list_display = ("moment", "user", "status", "erased_count", "kept_count")
    list_filter = ("status",)
    fields = readonly_fields = (
        *("user", "status", "message", "asked_at"),
        *("handled_by", "handled_at", "answer", "erased_count", "kept_count"),
    )
    change_form_template = "admin/privacy/request.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErasureRequest]:
        readable = ErasureRequest.objects.at_desk_of(person(request))
        return readable.select_related("user", "handled_by")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="demandé le", ordering="asked_at")
    def moment(self, asked: ErasureRequest) -> str:
        return format_datetime(asked.asked_at)
