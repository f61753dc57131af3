"""Activate an award with its signed agreement; complete it once everything is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.awards.admin.acts import Act, act, why_not_move
from apps.awards.admin.pages import person, posted
from apps.awards.agenda import standing_items
from apps.awards.agreement_forms import ActivationForm
from apps.awards.agreements import activate_agreement
from apps.awards.forms import CompletionForm
from apps.awards.models import Agreement, Commitment
from apps.casefiles.admin.pages import file_url, get_case_file
from apps.casefiles.desk import Panel, adds_panel, makes_move
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.files.storage import store_upload

Make = Callable[[CaseFile, User, dict[str, Any]], object]


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    agreement = Agreement.objects.for_file(case_file)
    form = ActivationForm(
        posted(request),
        request.FILES or None,
        initial={"version": case_file.version},
        has_copy=agreement is not None and agreement.scan is not None,
    )
    extra = {"agreement": agreement}
    return _move(request, case_file, "activate", form, _activate, extra=extra)


def _activate(case_file: CaseFile, actor: User, cleaned: dict[str, Any]) -> None:
    """The scan is stored and the file moves together, or neither."""
    scan, at = cleaned["scan"], clock.now()
    with transaction.atomic():
        activate_agreement(
            case_file=case_file,
            actor=actor,
            signed_on=cleaned["signed_on"],
            scan=store_upload(scan, uploaded_by=actor, at=at) if scan else None,
            expected_version=cleaned["version"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    form = CompletionForm(posted(request), initial={"version": case_file.version})
    extra = {
        "last_paid_on": case_file.instalments.last_paid_on(),
        "commitment": Commitment.objects.filter(case_file=case_file).first(),
    }
    return _move(request, case_file, "complete", form, _complete, extra=extra)


def _complete(case_file: CaseFile, actor: User, cleaned: dict[str, Any]) -> None:
    perform(
        case_file,
        "complete",
        actor=actor,
        comment=cleaned["comment"],
        expected_version=cleaned["version"],
    )


def _move(
    request: HttpRequest,
    case_file: CaseFile,
    name: str,
    form: forms.Form,
    make: Make,
    *,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a move: it is recorded, and the file moves with it."""
    transition, actor = TRANSITIONS[name], person(request)
    page = Act(
        case_file=case_file,
        title=transition.label,
        button=transition.label,
        back=file_url(case_file),
        done=f"{transition.past_label}.",
        do=partial(make, case_file, actor),
        why_not=why_not_move(case_file, name, actor),
        template=f"{name}.html",
        context=extra or {},
    )
    return act(request, page, form)


@makes_move("activate")
def activation_page(case_file: CaseFile) -> str:
    return reverse("admin:awards_agreement_activate", args=[case_file.pk])


@makes_move("complete")
def completion_page(case_file: CaseFile) -> str:
    return reverse("admin:awards_agreement_complete", args=[case_file.pk])


@adds_panel
def awards_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Where the file is on an agenda, and what was voted: read ahead."""
    items = standing_items(case_file)
    if not items:
        return None
    return Panel(
        template="admin/awards/panel.html",
        context={"items": items},
        in_aside=True,
    )
