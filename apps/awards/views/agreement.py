"""« Votre convention »: read it, download it, hand in the signed copy."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.agreement_forms import SignedCopyForm
from apps.awards.agreement_rules import why_not_return
from apps.awards.agreement_terms import AgreementTerms
from apps.awards.agreements import return_agreement
from apps.awards.models import Agreement, BankDetails
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.casefiles.views.downloads import serve_or_explain
from apps.core import clock
from apps.files.storage import store_upload


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """What it says, the PDF to sign, and where the signed copy goes. A second click does nothing:
    it finds the copy received."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    agreement = _shown(case_file)
    if agreement is None:
        return redirect("casefiles:case_file", reference=reference)
    user = signed_in_user(request)
    posted = request.method == "POST"
    form = SignedCopyForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"version": case_file.version},
    )
    refusals: tuple[str, ...] = ()
    if posted and form.is_valid():
        try:
            store_and_return(case_file, user, form.cleaned_data)
        except MoveRefusedError as refusal:
            refusals = refusal.reasons
        else:
            messages.success(request, "Votre convention signée est reçue.")
            return redirect("awards:agreement", reference=reference)
    context = {
        "case_file": case_file,
        "programme": programmes[case_file.programme],
        "agreement": agreement,
        "terms": AgreementTerms.from_json(agreement.terms) if agreement.terms else None,
        "refused": agreement.copies.last_refused() if agreement.is_awaited else None,
        "form": form,
        "why_not": why_not_return(user, case_file, agreement),
        "refusals": refusals,
        "has_account": BankDetails.objects.filter(case_file=case_file).exists(),
    }
    status = HTTPStatus.CONFLICT if refusals else HTTPStatus.OK
    return render(request, "awards/agreement.html", context, status=status)


def _shown(case_file: CaseFile) -> Agreement | None:
    """The agreement, once the guichet has sent it."""
    agreement = Agreement.objects.for_file(case_file)
    return agreement if agreement and agreement.is_shown_to_beneficiary else None


def store_and_return(case_file: CaseFile, user: User, cleaned: dict[str, Any]) -> None:
    """The file is stored and the copy returned together, or neither."""
    with transaction.atomic():
        return_agreement(
            case_file=case_file,
            actor=user,
            scan=store_upload(cleaned["scan"], uploaded_by=user, at=clock.now()),
            expected_version=cleaned["version"],
        )


@require_safe
@signed_in
def document(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The PDF to sign."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    agreement = _shown(case_file)
    if agreement is None or agreement.document is None:
        raise Http404("Cette convention n’a pas de document.")
    return serve_or_explain(request, case_file, agreement.document)


@require_safe
@signed_in
def copy(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The signed copy on the file."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    agreement = _shown(case_file)
    if agreement is None or agreement.scan is None:
        raise Http404("Aucun exemplaire signé n’est au dossier.")
    return serve_or_explain(request, case_file, agreement.scan)
