"""Who follows a file: one by one, or a whole selection at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.admin.batches import Selection, select
from apps.casefiles.admin.pages import back_to, draw, file_title, get_case_file, person
from apps.casefiles.assignment import Workload, assign, caseworkers, why_not_assign
from apps.casefiles.desk import BatchAction, add_batch_action
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError


class OwnerForm(forms.Form):
    """One of the caseworkers, each with what they already have on the desk."""

    owner = forms.TypedChoiceField(
        label="Qui suit le dossier ?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez une personne.",
            "invalid_choice": "Cette personne n’instruit pas ce dispositif.",
        },
    )

    def __init__(
        self, *args: Any, workloads: Iterable[Workload], many: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if many:
            self.fields["owner"].label = "Qui suit ces dossiers ?"
        self.people = {workload.user.pk: workload.user for workload in workloads}
        owner: Any = self.fields["owner"]
        owner.choices = [(item.user.pk, _with_workload(item)) for item in workloads]

    @property
    def chosen(self) -> User:
        return self.people[self.cleaned_data["owner"]]


def _with_workload(workload: Workload) -> str:
    if workload.pending == 0:
        return f"{workload.user}, aucun dossier à traiter"
    unit = "dossiers" if workload.pending > 1 else "dossier"
    return f"{workload.user}, {workload.pending} {unit} à traiter"


@require_http_methods(["GET", "HEAD", "POST"])
def assign_one(request: HttpRequest, pk: int) -> HttpResponse:
    case_file = get_case_file(request, pk)
    form = OwnerForm(
        request.POST if request.method == "POST" else None,
        workloads=caseworkers(case_file.programme),
        initial={"owner": case_file.owner_id},
    )
    reason = why_not_assign(person(request), case_file)
    refusals: Sequence[str] = [reason] if reason else []
    if request.method == "POST" and form.is_valid() and not refusals:
        try:
            assign(case_files=[case_file], owner=form.chosen, actor=person(request))
        except MoveRefusedError as refusal:
            refusals = refusal.reasons
        else:
            messages.success(request, f"Dossier suivi par {form.chosen}.")
            return back_to(case_file)
    context = {
        "title": "Attribuer le dossier",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "form": form,
        "reasons": refusals,
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" and refusals else HTTPStatus.OK
    return draw(request, "assign.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def assign_many(request: HttpRequest) -> HttpResponse:
    """All of the files shown, or none: what cannot change hands is listed apart beforehand."""
    actor = person(request)
    selection = select(request, lambda files: {f.pk: why_not_assign(actor, f) for f in files})
    form = OwnerForm(
        request.POST if request.method == "POST" else None,
        workloads=_common_caseworkers(selection.accepted),
        many=True,
    )
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid() and selection.accepted:
        try:
            count = assign(case_files=selection.accepted, owner=form.chosen, actor=actor)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, _done(count, form.chosen))
            return redirect(reverse("admin:casefiles_casefile_changelist"))
    return _draw_many(request, form, selection, reasons=reasons)


def _done(count: int, owner: User) -> str:
    if count == 0:
        return f"{owner} suivait déjà ces dossiers."
    return f"{count} {'dossiers suivis' if count > 1 else 'dossier suivi'} par {owner}."


def _draw_many(
    request: HttpRequest, form: OwnerForm, selection: Selection, *, reasons: Sequence[str]
) -> HttpResponse:
    context = {
        "title": "Attribuer des dossiers",
        "form": form,
        "selection": selection,
        "reasons": reasons,
    }
    return draw(
        request,
        "batch_assign.html",
        context,
        status=HTTPStatus.CONFLICT if reasons else HTTPStatus.OK,
    )


def _common_caseworkers(case_files: Iterable[CaseFile]) -> list[Workload]:
    """Whoever handles every programme of the selection."""
    slugs = sorted({case_file.programme for case_file in case_files})
    found = [caseworkers(slug) for slug in slugs]
    if not found:
        return []
    shared = set.intersection(*({item.user.pk for item in workloads} for workloads in found))
    return [workload for workload in found[0] if workload.user.pk in shared]


def _why_not_batch(user: User) -> str:
    if user.is_superuser or user.has_role(Role.CASEWORKER, Role.HEAD):
        return ""
    return "Il faut être instructeur pour attribuer des dossiers."


add_batch_action(
    BatchAction(
        label="Attribuer",
        url=lambda: reverse("admin:casefiles_casefile_batch_assign"),
        why_not=_why_not_batch,
    )
)
