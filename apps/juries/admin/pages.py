"""What the desk's pages about a jury share: who asks, which jury, how a page is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.awards.admin.pages import person, posted
from apps.juries.models import Jury
from apps.juries.permissions import why_not_manage_jury, why_not_read_jury

__all__ = [
    "back_to",
    "draw",
    "get_jury",
    "get_managed_jury",
    "jury_url",
    "person",
    "posted",
    "refused",
]


def get_jury(request: HttpRequest, pk: int) -> Jury:
    """Raises PermissionDenied for whoever follows no jury, Http404 for another programme's."""
    user = person(request)
    if reason := why_not_read_jury(user):
        raise PermissionDenied(reason)
    return get_object_or_404(Jury.objects.at_desk_of(user).select_related("campaign"), pk=pk)


def get_managed_jury(request: HttpRequest, pk: int) -> Jury:
    """The same, for whoever runs it."""
    jury = get_jury(request, pk)
    if reason := why_not_manage_jury(person(request), jury.campaign.programme):
        raise PermissionDenied(reason)
    return jury


def jury_url(jury: Jury, page: str = "change", *more: int) -> str:
    return reverse(f"admin:juries_jury_{page}", args=[jury.pk, *more])


def back_to(jury: Jury, page: str = "change", *more: int) -> HttpResponse:
    return redirect(jury_url(jury, page, *more))


def refused(request: HttpRequest, jury: Jury, reason: str, page: str = "change") -> HttpResponse:
    """What the jury's state does not allow any more, said on one of its pages."""
    messages.error(request, reason)
    return back_to(jury, page)


def draw(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    reasons: Sequence[str] = (),
) -> HttpResponse:
    """A page of the admin site; `context` gives at least `title`, `reasons` what was refused."""
    return TemplateResponse(
        request,
        f"admin/juries/{template}",
        {
            **admin.site.each_context(request),
            "has_permission": True,
            "reasons": reasons,
            **context,
        },
        status=HTTPStatus.CONFLICT if reasons else HTTPStatus.OK,
    )
