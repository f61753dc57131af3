"""The piece of a payment at the desk: ask for it, scan it, open it, check it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.admin.payment_pages import back_to, get_instalment, status_of
from apps.awards.proof_forms import ACCEPT, ProofReviewForm, ProofUploadForm
from apps.awards.proofs import (
    accept_proof,
    ask_proof,
    give_proof,
    refuse_proof,
    why_not_give_proof,
    why_not_review_proof,
)
from apps.casefiles.admin.pages import file_title
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.files.storage import store_upload


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the beneficiary now, ahead of the job of the morning."""
    instalment = get_instalment(request, pk)
    try:
        ask_proof(instalment=instalment, by=person(request))
    except MoveRefusedError as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, "Le justificatif est demandé.")
    return back_to(instalment)


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece that came by post or at the desk."""
    instalment, user = get_instalment(request, pk), person(request)
    form = ProofUploadForm(posted(request), request.FILES or None)
    reasons: Sequence[str] = [reason for reason in [why_not_give_proof(user, instalment)] if reason]
    if request.method == "POST" and form.is_valid():
        batch, at = form.cleaned_data["uploads"], clock.now()
        try:
            with transaction.atomic():
                files = [store_upload(item, uploaded_by=user, at=at) for item in batch.accepted]
                give_proof(instalment=instalment, files=files, by=user, at=at)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Justificatif ajouté : il est à contrôler.")
            for refused in batch.refusals:
                messages.error(request, f"Non reçu, {refused}")
            return back_to(instalment)
    context = {
        "title": "Ajouter le justificatif",
        "instalment": instalment,
        "file_title": file_title(instalment.case_file),
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "payment_scan.html", context, status=status_of(request, reasons))


@require_safe
def open_proof(request: HttpRequest, pk: int, proof_pk: int) -> HttpResponseBase:
    instalment = get_instalment(request, pk)
    proof = get_object_or_404(instalment.proofs.select_related("file"), pk=proof_pk)
    return show_paper(request, instalment.case_file, proof.file)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the piece, or refuse it with a reason that the beneficiary reads."""
    instalment, user = get_instalment(request, pk), person(request)
    form = ProofReviewForm(posted(request))
    reasons: Sequence[str] = [
        reason for reason in [why_not_review_proof(user, instalment)] if reason
    ]
    if request.method == "POST" and form.is_valid():
        is_accepted = form.cleaned_data["answer"] == ACCEPT
        try:
            if is_accepted:
                accept_proof(instalment=instalment, by=user)
            else:
                reason = form.cleaned_data["comment"]
                refuse_proof(instalment=instalment, by=user, reason=reason)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            done = "accepté" if is_accepted else "à remplacer"
            messages.success(request, f"Justificatif {done}.")
            return back_to(instalment)
    context = {
        "title": f"Contrôler : {instalment.proof_label}",
        "instalment": instalment,
        "file_title": file_title(instalment.case_file),
        "proofs": instalment.proofs.to_review().select_related("file", "given_by"),
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "payment_review.html", context, status=status_of(request, reasons))
