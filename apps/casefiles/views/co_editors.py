"""Who fills a draft in with its applicant: the list, an invitation, and the link that it sends."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.casefiles.co_editing import (
    accept_invitation,
    invite_co_editor,
    read_invitation,
    revoke_co_editor,
    why_not_accept,
    why_not_share,
)
from apps.casefiles.programmes import programmes
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock, throttles


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail de la personne à inviter",
        help_text="Elle reçoit un lien. Elle pourra remplir la demande, mais pas l’envoyer.",
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": "Indiquez une adresse e-mail."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def co_editors(request: HttpRequest, reference: str) -> HttpResponse:
    case_file = get_case_file_or_404(request, reference)
    user = signed_in_user(request)
    if why_not_share(user, case_file):
        return redirect("casefiles:case_file", reference=reference)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        throttles.require(request, "invitation", key=str(user.pk), at=clock.now())
        try:
            invited = invite_co_editor(
                case_file=case_file, email=form.cleaned_data["email"], by=user
            )
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            messages.success(request, f"L’invitation est envoyée à {invited.email}.")
            return redirect("casefiles:co_editors", reference=reference)
    context = {
        "case_file": case_file,
        "programme": programmes[case_file.programme],
        "form": form,
        "invitations": case_file.co_editors.standing(),
    }
    return render(request, "casefiles/co_editors.html", context)


@require_POST
@signed_in
def revoke(request: HttpRequest, reference: str) -> HttpResponse:
    case_file = get_case_file_or_404(request, reference)
    chosen = request.POST.get("invitation", "")
    try:
        invited = revoke_co_editor(
            case_file=case_file,
            pk=int(chosen) if chosen.isdecimal() else 0,
            by=signed_in_user(request),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if invited:
            messages.success(request, f"{invited.email} ne remplit plus cette demande.")
    return redirect("casefiles:co_editors", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: who invites to what, then « Accepter »."""
    invited = read_invitation(token)
    if invited is None:
        raise Http404("Cette invitation n’existe pas, ou elle a été retirée.")
    user, why_not = signed_in_user(request), ""
    if request.method == "POST":
        try:
            accept_invitation(invited=invited, by=user)
        except ValidationError as refusal:
            why_not = " ".join(refusal.messages)
        else:
            return redirect("casefiles:case_file", reference=invited.case_file.reference)
    context = {
        "invited": invited,
        "case_file": invited.case_file,
        "programme": programmes[invited.case_file.programme],
        "why_not": why_not or why_not_accept(user, invited),
    }
    return render(request, "casefiles/invitation.html", context)
