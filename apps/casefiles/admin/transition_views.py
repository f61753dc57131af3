"""One page a move: what it will do, what it asks, and what was refused and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.casefiles.admin.move_forms import (
    CommentForm,
    DismissForm,
    MoveForm,
    ProposeForm,
    RequestChangesForm,
    WithdrawForm,
)
from apps.casefiles.admin.moves import move_url
from apps.casefiles.admin.pages import back_to, draw, file_title, get_case_file, person
from apps.casefiles.corrections import request_changes
from apps.casefiles.lifecycle import TRANSITIONS, Transition
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose, record_decision, withdraw_proposal
from apps.casefiles.transitions import MoveRefusedError, available_moves, perform
from apps.core import clock

# Usual time to answer a request for corrections; the agent may set another.
DAYS_TO_CORRECT = 15

Make = Callable[[CaseFile, Transition, User, dict[str, Any]], CaseFile]


@dataclass(frozen=True, kw_only=True)
class MovePage:
    """`effects` says what will happen, in words; `make` does it."""

    effects: tuple[str, ...]
    make: Make
    form_class: type[MoveForm] = CommentForm
    template: str = "move.html"


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """GET asks, POST makes the move; a refusal shows its reasons above what was typed."""
    case_file = get_case_file(request, pk)
    transition = TRANSITIONS.get(name)
    if transition is None:
        raise Http404("Ce changement n’existe pas.")
    url = move_url(case_file, transition)
    if not url:
        raise Http404("Ce changement se fait ailleurs.")
    if url != request.path:
        return redirect(url)
    page = PAGES[name]
    form = _form(page, request, case_file, transition)
    if request.method == "POST" and form.is_valid():
        try:
            page.make(case_file, transition, person(request), form.cleaned_data)
        except MoveRefusedError as refusal:
            return _draw(request, page, form, transition, reasons=refusal.reasons)
        messages.success(request, f"{transition.past_label}.")
        return back_to(case_file)
    reasons = _why_not(case_file, transition, person(request))
    return _draw(request, page, form, transition, reasons=reasons)


def _form(
    page: MovePage, request: HttpRequest, case_file: CaseFile, transition: Transition
) -> MoveForm:
    options: dict[str, Any] = {"case_file": case_file, "transition": transition}
    if issubclass(page.form_class, RequestChangesForm):
        options["due_on"] = clock.today() + timedelta(days=DAYS_TO_CORRECT)
    data = request.POST if request.method == "POST" else None
    return page.form_class(data, **options)


def _why_not(case_file: CaseFile, transition: Transition, user: User) -> tuple[str, ...]:
    for other, reasons in available_moves(case_file, user):
        if other == transition:
            return reasons
    state = case_file.get_state_display()
    return (f"« {transition.label} » n’est pas possible : le dossier est à l’état « {state} ».",)


def _draw(
    request: HttpRequest,
    page: MovePage,
    form: MoveForm,
    transition: Transition,
    *,
    reasons: tuple[str, ...],
) -> HttpResponse:
    """Refused with 409 once somebody tried; the form stays, filled as it was."""
    was_tried = request.method == "POST" and bool(reasons)
    context = {
        "title": transition.label,
        "file_title": file_title(form.case_file),
        "case_file": form.case_file,
        "transition": transition,
        "effects": page.effects,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if was_tried else HTTPStatus.OK
    return draw(request, page.template, context, status=status)


def _perform(
    case_file: CaseFile, transition: Transition, actor: User, cleaned: dict[str, Any]
) -> CaseFile:
    return perform(
        case_file,
        transition.name,
        actor=actor,
        comment=cleaned.get("comment", ""),
        expected_version=cleaned["version"],
    )


def _withdraw_proposal(
    case_file: CaseFile, transition: Transition, actor: User, cleaned: dict[str, Any]
) -> CaseFile:
    return withdraw_proposal(
        case_file=case_file,
        name=transition.name,
        actor=actor,
        comment=cleaned["comment"],
        expected_version=cleaned["version"],
    )


def _propose(
    case_file: CaseFile, transition: Transition, actor: User, cleaned: dict[str, Any]
) -> CaseFile:
    return propose(
        case_file=case_file,
        actor=actor,
        outcome=cleaned["outcome"],
        amount=cleaned["amount"],
        reason=cleaned["reason"],
        expected_version=cleaned["version"],
    )


def _request_changes(
    case_file: CaseFile, transition: Transition, actor: User, cleaned: dict[str, Any]
) -> CaseFile:
    return request_changes(
        case_file=case_file,
        actor=actor,
        points=cleaned["points"],
        due_on=cleaned["due_on"],
        message=cleaned["message"],
        expected_version=cleaned["version"],
    )


def _decide_by_delegation(
    case_file: CaseFile, transition: Transition, actor: User, cleaned: dict[str, Any]
) -> CaseFile:
    return record_decision(
        case_file=case_file,
        name=transition.name,
        actor=actor,
        decided_on=clock.today(),
        comment=cleaned["comment"],
        expected_version=cleaned["version"],
    )


_TELLS_PERSON = "La personne reçoit un courriel."
_BY_DELEGATION = MovePage(
    effects=("La décision est datée d’aujourd’hui. La lettre est établie.", _TELLS_PERSON),
    make=_decide_by_delegation,
)
PAGES: dict[str, MovePage] = {
    "start_review": MovePage(
        effects=(
            "Vous suivez ce dossier.",
            "La personne lit « En cours d’étude » dans son espace.",
        ),
        make=_perform,
        form_class=MoveForm,
    ),
    "request_changes": MovePage(
        effects=(
            "La personne reçoit un courriel. Elle ne peut reprendre que ces points.",
            "Une pièce indispensable suspend le délai légal jusqu’à sa réception.",
        ),
        make=_request_changes,
        form_class=RequestChangesForm,
        template="request_changes.html",
    ),
    "propose": MovePage(
        effects=(
            "Une autre personne que vous décidera.",
            "Rien n’est dit à la personne avant la décision.",
        ),
        make=_propose,
        form_class=ProposeForm,
        template="propose.html",
    ),
    "return_to_review": MovePage(
        effects=(
            "La proposition est annulée. Elle reste dans l’histoire du dossier.",
            "La personne n’en est pas avertie.",
        ),
        make=_withdraw_proposal,
    ),
    "adjourn": MovePage(
        effects=(
            "Le dossier quitte l’ordre du jour. La proposition reste, pour une autre commission.",
        ),
        make=_perform,
    ),
    "dismiss": MovePage(
        effects=("Le dossier est clos.", _TELLS_PERSON),
        make=_perform,
        form_class=DismissForm,
    ),
    "withdraw": MovePage(
        effects=("Le dossier est clos, à la demande de la personne.", _TELLS_PERSON),
        make=_perform,
        form_class=WithdrawForm,
    ),
    "cancel_decision": MovePage(
        effects=(
            "La décision est annulée. Elle reste dans l’histoire du dossier.",
            "Le dossier revient à l’instruction : il faudra une nouvelle proposition.",
        ),
        make=_withdraw_proposal,
    ),
    "grant_by_delegation": _BY_DELEGATION,
    "reject_by_delegation": _BY_DELEGATION,
}
