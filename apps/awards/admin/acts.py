"""One page an act: what it will do, what it asks, and what was refused and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import User
from apps.awards.admin.pages import draw
from apps.casefiles.admin.pages import file_title
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, available_moves


@dataclass(frozen=True, kw_only=True)
class Act:
    """`do` gets the cleaned answers; `done` is said once it is done, at `back`."""

    case_file: CaseFile
    title: str
    button: str
    back: str
    done: str
    do: Callable[[dict[str, Any]], object]
    effects: Sequence[str] = ()
    why_not: Sequence[str] = ()
    is_dangerous: bool = False
    template: str = "act.html"
    context: dict[str, Any] = field(default_factory=dict)


def act(request: HttpRequest, act: Act, form: forms.Form) -> HttpResponse:
    """GET asks, POST does; a refusal (409) shows its reasons above what was typed."""
    reasons, was_refused = tuple(reason for reason in act.why_not if reason), False
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():  # a file that was stored goes with the refusal
                act.do(form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons, was_refused = refusal.reasons, True
        else:
            messages.success(request, act.done)
            return redirect(act.back)
    context = {
        "title": act.title,
        "file_title": file_title(act.case_file),
        "case_file": act.case_file,
        "act": act,
        "form": form,
        "reasons": reasons,
        **act.context,
    }
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return draw(request, act.template, context, status=status)


def why_not_move(case_file: CaseFile, name: str, user: User) -> tuple[str, ...]:
    """The reasons against a move whose page is ours; none when it may be made."""
    for transition, reasons in available_moves(case_file, user):
        if transition.name == name:
            return reasons
    state = case_file.get_state_display()
    return (f"Ce n’est pas possible : le dossier est à l’état « {state} ».",)
