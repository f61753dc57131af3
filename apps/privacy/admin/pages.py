"""What these pages share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.accounts.models import User


def person(request: HttpRequest) -> User:
    """The signed-in agent; the admin site let nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/privacy/{template}",
        {**admin.site.each_context(request), "has_permission": True, **context},
        status=status,
    )
