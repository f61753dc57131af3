"""The piece of a payment, sent by its beneficiary (or by an agent for a paper file)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.enums import ProofKind
from apps.awards.models import Instalment
from apps.awards.programmes import awarded
from apps.awards.proof_forms import ProofUploadForm
from apps.awards.proofs import give_proof, why_not_give_proof
from apps.casefiles.enums import ReviewStatus
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock
from apps.files.serving import serve_file, why_not_open
from apps.files.storage import store_bytes, store_upload


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def proof(request: HttpRequest, reference: str, rank: int) -> HttpResponse:
    """What is asked, what was sent, why it was refused; and the upload."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    instalment = _instalment(case_file, rank)
    written = awarded(case_file).proof_form(case_file, rank=rank)
    form_class = written or ProofUploadForm
    form = form_class(*((request.POST, request.FILES) if request.method == "POST" else ()))
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            if written:
                _give_written(request, instalment, form)
            else:
                _give(request, instalment, form)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            return redirect("casefiles:case_file", reference=reference)
    proofs = list(instalment.proofs.select_related("file"))
    context = {
        "case_file": case_file,
        "programme": programmes[case_file.programme],
        "instalment": instalment,
        "proofs": proofs,
        "refused": [item for item in proofs if item.status == ReviewStatus.REFUSED][-1:],
        "why_not": why_not_give_proof(signed_in_user(request), instalment),
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return render(request, "awards/proof.html", context, status=status)


def _give_written(request: HttpRequest, instalment: Instalment, form: Form) -> None:
    """What was written on the page is kept as a PDF, checked as any other piece."""
    user, at, case_file = signed_in_user(request), clock.now(), instalment.case_file
    with transaction.atomic():
        proof = awarded(case_file).written_proof(
            case_file, rank=instalment.rank, answers=form.cleaned_data, at=at
        )
        file = store_bytes(
            proof.content,
            name=proof.name,
            content_type="application/pdf",
            uploaded_by=user,
            at=at,
        )
        give_proof(instalment=instalment, files=[file], by=user, at=at)
    messages.success(request, "C’est envoyé. Le guichet le contrôle.")


def _give(request: HttpRequest, instalment: Instalment, form: Form) -> None:
    """Keep the good files, and name each refused one with its reason. All or none is given."""
    user, at, batch = signed_in_user(request), clock.now(), form.cleaned_data["uploads"]
    with transaction.atomic():
        files = [store_upload(item, uploaded_by=user, at=at) for item in batch.accepted]
        give_proof(instalment=instalment, files=files, by=user, at=at)
    messages.success(request, "Votre justificatif est reçu. Le guichet le contrôle.")
    for refused in batch.refusals:
        messages.error(request, f"Non reçu, {refused}")


@require_safe
@signed_in
def proof_file(request: HttpRequest, reference: str, rank: int, pk: int) -> HttpResponseBase:
    """A file that this beneficiary sent."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    sent = _instalment(case_file, rank).proofs.select_related("file")
    found = get_object_or_404(sent, pk=pk)
    if reason := why_not_open(found.file):
        context = {"case_file": case_file, "reason": reason}
        return render(request, "casefiles/file_closed.html", context, status=HTTPStatus.CONFLICT)
    return serve_file(request, found.file)


def _instalment(case_file: CaseFile, rank: int) -> Instalment:
    """A payment of this file that asks for a piece; Http404 otherwise."""
    asking = case_file.instalments.filter(proof_kind=ProofKind.PIECE)
    instalment: Instalment = get_object_or_404(asking, rank=rank)
    instalment.case_file = case_file
    return instalment
