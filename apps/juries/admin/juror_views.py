"""The seats of a jury: invite, change, remind, take away."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from apps.casefiles.transitions import MoveRefusedError
from apps.juries.admin.forms import InvitationForm, JurorForm
from apps.juries.admin.pages import back_to, draw, get_managed_jury, person, posted
from apps.juries.models import Juror, Jury
from apps.juries.programmes import judged
from apps.juries.reminders import remind_by_hand
from apps.juries.setup import invite_juror, remove_juror, seat_juror


def _juror(jury: Jury, pk: int) -> Juror:
    return get_object_or_404(jury.jurors.select_related("user", "jury__campaign"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    themes = judged(jury.campaign).themes(jury.campaign)
    form = InvitationForm(posted(request), themes=themes)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            juror = invite_juror(jury=jury, actor=person(request), **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"{juror} siège au jury. Un courriel lui est envoyé.")
            return back_to(jury)
    context = {"title": "Ajouter un juré", "jury": jury, "form": form}
    return draw(request, "form.html", context, reasons=reasons)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, juror_pk: int) -> HttpResponse:
    """Themes and limit; a seat that was taken away is given back."""
    jury = get_managed_jury(request, pk)
    juror = _juror(jury, juror_pk)
    kept = {"themes": juror.themes, "cap": juror.cap}
    form = JurorForm(
        posted(request), themes=judged(jury.campaign).themes(jury.campaign), initial=kept
    )
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            seat_juror(jury=jury, user=juror.user, actor=person(request), **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"{juror} : enregistré.")
            return back_to(jury)
    context = {"title": str(juror), "jury": jury, "form": form, "juror": juror}
    return draw(request, "form.html", context, reasons=reasons)


@require_POST
def remind(request: HttpRequest, pk: int, juror_pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    juror = _juror(jury, juror_pk)
    try:
        remind_by_hand(juror=juror, actor=person(request))
    except MoveRefusedError as refusal:
        messages.error(request, f"{juror} : {refusal}")
    else:
        messages.success(request, f"Rappel envoyé à {juror}.")
    return back_to(jury)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int, juror_pk: int) -> HttpResponse:
    jury = get_managed_jury(request, pk)
    juror = _juror(jury, juror_pk)
    if request.method == "POST":
        remove_juror(juror=juror, actor=person(request))
        messages.success(request, f"{juror} ne siège plus.")
        return back_to(jury)
    context = {
        "title": f"Retirer {juror}",
        "jury": jury,
        "sentence": "Ses lectures non rendues sont à confier à d’autres. "
        "Ce qui est rendu compte toujours.",
        "verb": "Retirer du jury",
    }
    return draw(request, "confirm.html", context)
