"""What is done with a call beside writing it: look at it, publish it, take it up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.admin.pages import person
from apps.core import clock
from apps.programmes.innovation.call_facts import with_parts
from apps.programmes.innovation.call_forms import CopyForm
from apps.programmes.innovation.calls import (
    SLUG,
    copy_call,
    publish_call,
    publish_questions,
    why_not_publish,
)
from apps.programmes.innovation.models import Call
from apps.programmes.innovation.views.calls import page_context, serve_rules

_READERS = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


def _call(request: HttpRequest, pk: int, *roles: Role) -> Call:
    """Raises PermissionDenied for whoever holds none of these roles here."""
    user = person(request)
    if not _may(user, *roles):
        raise PermissionDenied("Il faut un rôle sur l’appel à projets.")
    return get_object_or_404(with_parts(Call.objects.all()), pk=pk)


def _may(user: User, *roles: Role) -> bool:
    return user.is_superuser or user.has_role(*roles, programme=SLUG)


def _draw(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/innovation/{template}",
        {**admin.site.each_context(request), "has_permission": True, **context},
    )


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it would be now, published or not."""
    call = _call(request, pk, *_READERS)
    context = page_context(call, clock.now())
    return _draw(
        request,
        "preview.html",
        {"title": f"Aperçu, {call}", "call": call, "is_preview": True, **context},
    )


@require_safe
def rules(request: HttpRequest, pk: int) -> HttpResponseBase:
    return serve_rules(request, _call(request, pk, *_READERS))


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the call to everybody; once it is shown, publish its questions as they are now."""
    call = _call(request, pk, Role.HEAD)
    reasons = why_not_publish(call)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and not reasons:
        now, user = clock.now(), person(request)
        if call.is_published:
            version = publish_questions(call=call, by=user, at=now).version
            messages.success(request, f"Les questions publiées sont la version {version}.")
        else:
            publish_call(call=call, by=user, at=now)
            messages.success(request, f"« {call} » est publié.")
        return redirect("admin:innovation_call_change", call.pk)
    title = "Publier les questions" if call.is_published else "Publier l’appel"
    last = call.question_sets.first()
    return _draw(
        request,
        "publish.html",
        {
            "title": f"{title}, {call}",
            "call": call,
            "reasons": reasons,
            "form": form,
            "last": last,
            "questions": call.questions.all(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new year's call with the words, themes and questions of this one."""
    call = _call(request, pk, Role.HEAD)
    form = CopyForm(
        request.POST if request.method == "POST" else None, initial={"year": call.year + 1}
    )
    if form.is_valid():
        try:
            copied = copy_call(call=call, year=form.cleaned_data["year"])
        except ValidationError as refusal:
            form.add_error("year", refusal)
        else:
            messages.success(request, f"« {copied} » est créé. Relisez ses dates avant de publier.")
            return redirect("admin:innovation_call_change", copied.pk)
    return _draw(
        request,
        "copy.html",
        {"title": f"Reprendre pour une autre année, {call}", "call": call, "form": form},
    )
