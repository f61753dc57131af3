"""The account of an award at the desk: masked; opened by the accountant, and it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.awards.admin.pages import draw, person, posted
from apps.awards.agreement_forms import BankDetailsForm, PurposeForm
from apps.awards.bank_details import (
    open_rib,
    reveal_iban,
    why_not_give,
    why_not_read_accesses,
    why_not_reveal,
)
from apps.awards.iban import spaced_iban
from apps.awards.models import BankDetails, BankDetailsAccess
from apps.awards.views.bank_details import store_and_give
from apps.casefiles.admin.pages import file_title, file_url, get_case_file
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.files.serving import serve_file

# The last looks; the whole record is kept.
_MOST_SHOWN = 50


@never_cache
@sensitive_variables("iban")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponseBase:
    """POST shows the whole number on this answer only, or the RIB; both are recorded first."""
    case_file = get_case_file(request, pk)
    details = _get_details(case_file)
    form = PurposeForm(posted(request))
    reasons: Sequence[str] = ()
    iban = ""
    if request.method == "POST" and form.is_valid():
        look = {"actor": person(request), "purpose": form.cleaned_data["purpose"]}
        try:
            if request.POST.get("voir") == BankDetailsAccess.Seen.RIB:
                stored = open_rib(details, at=clock.now(), **look)
                return serve_file(request, stored, as_attachment=False)
            iban = spaced_iban(reveal_iban(details, at=clock.now(), **look))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
    return _draw_account(request, case_file, details, form, iban=iban, reasons=reasons)


@sensitive_variables("iban")
def _draw_account(
    request: HttpRequest,
    case_file: CaseFile,
    details: BankDetails,
    form: PurposeForm,
    *,
    iban: str,
    reasons: Sequence[str],
) -> HttpResponse:
    user = person(request)
    may_read = not why_not_read_accesses(user, case_file)
    accesses = details.accesses.select_related("person")[:_MOST_SHOWN] if may_read else ()
    context = {
        "title": "Coordonnées bancaires",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "details": details,
        "form": form,
        "iban": iban,
        "why_not": why_not_reveal(user, case_file),
        "reasons": reasons,
        "may_read_accesses": may_read,
        "accesses": accesses,
        "change_url": _change_url(case_file, request),
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "account.html", context, status=status)


def _get_details(case_file: CaseFile) -> BankDetails:
    details = (
        BankDetails.objects.select_related("rib", "given_by", "case_file")
        .filter(case_file=case_file)
        .first()
    )
    if details is None:
        raise Http404("Ce dossier n’a pas de coordonnées bancaires.")
    return details


@sensitive_post_parameters("iban")
@require_http_methods(["GET", "HEAD", "POST"])
def give_account(request: HttpRequest, pk: int) -> HttpResponse:
    """An agent types in what came on paper: a file without account, or a change after a payment."""
    case_file = get_case_file(request, pk)
    why_not = why_not_give(person(request), case_file)
    form = BankDetailsForm(posted(request), request.FILES or None)
    reasons: Sequence[str] = (why_not,) if why_not else ()
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            store_and_give(case_file, person(request), form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Coordonnées bancaires enregistrées.")
            return redirect(file_url(case_file))
    context = {
        "title": "Saisir les coordonnées bancaires",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" and reasons else HTTPStatus.OK
    return draw(request, "give_account.html", context, status=status)


def _change_url(case_file: CaseFile, request: HttpRequest) -> str:
    """Where an agent changes the account for somebody, when they may."""
    if why_not_give(person(request), case_file):
        return ""
    return reverse("admin:awards_agreement_give_account", args=[case_file.pk])
