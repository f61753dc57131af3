"""Ask readings: by lot, from a sheet, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import randbelow

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core.identifiers import normalise_reference
from apps.core.sheets import SheetError
from apps.juries.admin.forms import DrawForm, ReadingForm, SheetForm
from apps.juries.admin.pages import back_to, draw, get_managed_jury, person, posted, refused
from apps.juries.files import files_before
from apps.juries.models import Assignment, Jury
from apps.juries.readings import (
    ask_reading,
    draw_readings,
    import_readings,
    why_not_assign,
    withdraw_reading,
)

_LARGEST_PROPOSED_SEED = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def draw_lots(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    if reason := why_not_assign(jury, person(request)):
        return refused(request, jury, reason)
    form = DrawForm(posted(request), initial={"seed": randbelow(_LARGEST_PROPOSED_SEED)})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            found = draw_readings(jury=jury, seed=form.cleaned_data["seed"], actor=person(request))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"{len(found.pairs)} lectures tirées au sort.")
            if lacking := sum(found.missing.values()):
                messages.warning(request, f"Il manque encore {lacking} lectures.")
            return back_to(jury)
    context = {"title": "Tirer les lectures au sort", "jury": jury, "form": form}
    return draw(request, "draw.html", context, reasons=reasons)


@require_http_methods(["GET", "HEAD", "POST"])
def import_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    if reason := why_not_assign(jury, person(request)):
        return refused(request, jury, reason)
    form = SheetForm(posted(request), request.FILES or None)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            count = import_readings(jury=jury, text=form.content, actor=person(request))
        except (MoveRefusedError, SheetError) as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Lectures ajoutées : {count}.")
            return back_to(jury)
    context = {"title": "Importer des lectures", "jury": jury, "form": form}
    return draw(request, "import.html", context, reasons=reasons)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    if reason := why_not_assign(jury, person(request)):
        return refused(request, jury, reason)
    form = ReadingForm(posted(request), initial={"reference": request.GET.get("dossier", "")})
    form.fields["juror"].queryset = jury.jurors.active().select_related("user")  # type: ignore[attr-defined]
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        juror = form.cleaned_data["juror"]
        try:
            case_file = _named_file(jury, form.cleaned_data["reference"], person(request))
            ask_reading(juror=juror, case_file=case_file, actor=person(request))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"{juror} lit {case_file.reference}.")
            return back_to(jury)
    context = {"title": "Confier une lecture", "jury": jury, "form": form}
    return draw(request, "form.html", context, reasons=reasons)


def _named_file(jury: Jury, typed: str, user: User) -> CaseFile:
    """Raises MoveRefusedError for a reference that is not before this jury."""
    reference = normalise_reference(typed) or typed
    if found := files_before(jury, user).filter(reference=reference).first():
        return found
    raise MoveRefusedError(f"« {typed} » n’est pas devant ce jury.")


@require_POST
def withdraw(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    mine = Assignment.objects.visible_to(person(request)).filter(juror__jury=jury)
    assignment = get_object_or_404(
        mine.select_related("juror__jury__campaign", "juror__user"), pk=assignment_pk
    )
    case_file = assignment.case_file_id
    try:
        withdraw_reading(assignment=assignment, actor=person(request))
    except MoveRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Lecture retirée.")
    return back_to(jury, "file", case_file)
