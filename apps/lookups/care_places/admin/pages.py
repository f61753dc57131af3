"""What the pages of places share: who asks, how a page of one act is drawn."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.lookups.care_places.refusals import RefusedError

# Who writes public data; who also answers the phone.
EDITORS = (Role.EDITOR, Role.HEAD)
AGENTS = (*EDITORS, Role.CASEWORKER)


def person(request: HttpRequest, *roles: Role) -> User:
    """The signed-in agent. Raises PermissionDenied for whoever holds none of `roles`."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    if not (user.is_superuser or user.has_role(*roles)):
        raise PermissionDenied("Votre rôle ne permet pas cet acte.")
    return user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty submission is one too."""
    return request.POST if request.method == "POST" else None


def attempt(request: HttpRequest, act: Callable[[], str]) -> str:
    """Why `act` was refused; "" once it is done: what it returns is said on the next page."""
    try:
        words = act()
    except RefusedError as refusal:
        return str(refusal)
    messages.success(request, words)
    return ""


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """A page of the admin site; `context` gives `title` and `back`, a label and an address."""
    shared = {**admin.site.each_context(request), "has_permission": True}
    unset = {"form": None, "reason": "", "lead": "", "is_dangerous": False}
    return TemplateResponse(
        request, f"admin/care_places/{template}", {**shared, **unset, **context}, status=status
    )


def draw_act(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    form: forms.Form | None = None,
    reason: str = "",
    template: str = "act.html",
) -> HttpResponse:
    """A page with one button. `context` gives `title`, `back`, `button` and `effects`."""
    status = HTTPStatus.CONFLICT if reason else HTTPStatus.OK
    return draw(request, template, {**context, "form": form, "reason": reason}, status=status)
