"""« Vos coordonnées bancaires »: given once the agreement is signed, then shown masked."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.agreement_forms import BankDetailsForm
from apps.awards.bank_details import give_bank_details, why_not_give
from apps.awards.models import BankDetails
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.casefiles.views.downloads import serve_or_explain
from apps.core import clock
from apps.files.storage import store_upload


@sensitive_post_parameters("iban")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The masked account, and the form while it may be given or changed."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    user = signed_in_user(request)
    why_not = why_not_give(user, case_file)
    posted = request.method == "POST"
    form = BankDetailsForm(request.POST if posted else None, request.FILES if posted else None)
    was_refused = False
    if posted and not why_not and form.is_valid():
        try:
            store_and_give(case_file, user, form.cleaned_data)
        except MoveRefusedError as refusal:
            why_not, was_refused = " ".join(refusal.reasons), True
        else:
            messages.success(request, "Vos coordonnées bancaires sont enregistrées.")
            return redirect("casefiles:case_file", reference=reference)
    details = BankDetails.objects.select_related("rib").filter(case_file=case_file).first()
    context = {
        "case_file": case_file,
        "programme": programmes[case_file.programme],
        "details": details,
        "form": form,
        "why_not": why_not,
        "owns_it": case_file.applicant_id == user.pk,
    }
    status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
    return render(request, "awards/bank_details.html", context, status=status)


@sensitive_variables("cleaned")
def store_and_give(case_file: CaseFile, user: User, cleaned: dict[str, Any]) -> None:
    """The RIB is stored and the account kept together, or neither."""
    with transaction.atomic():
        give_bank_details(
            case_file=case_file,
            actor=user,
            iban=cleaned["iban"],
            holder=cleaned["holder"],
            rib=store_upload(cleaned["rib"], uploaded_by=user, at=clock.now()),
        )


@require_safe
@signed_in
def rib(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The beneficiary's own RIB; at the desk, only the accountant opens it, and it is recorded."""
    case_file = get_case_file_or_404(request, reference)
    details = BankDetails.objects.select_related("rib").filter(case_file=case_file).first()
    if details is None:
        raise Http404("Aucun RIB n’est au dossier.")
    return serve_or_explain(request, case_file, details.rib)
