"""The beneficiary's commitment: until when, what is to be given, what would come back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.commitment_forms import ProofForm, StopForm, stop_day
from apps.awards.commitment_proofs import give_proof, why_not_give
from apps.awards.models import Commitment, CommitmentProof, Promise
from apps.awards.promises import prove_promise, why_not_prove
from apps.awards.standing import standing_of
from apps.casefiles.programmes import programmes
from apps.casefiles.transitions import MoveRefusedError
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock
from apps.core.dates import format_date
from apps.core.words import lower_first
from apps.files.models import StoredFile
from apps.files.serving import serve_file
from apps.files.storage import store_upload


def _get_commitment(request: HttpRequest, reference: str) -> Commitment:
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    commitment = Commitment.objects.select_related("commune").filter(case_file=case_file).first()
    if commitment is None:
        raise Http404("Ce dossier n’a pas d’engagement.")
    commitment.case_file = case_file
    return commitment


@require_safe
@signed_in
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything about it, and « si l’engagement s’arrêtait le … »."""
    commitment = _get_commitment(request, reference)
    today = clock.today()
    stop = StopForm(request.GET if "on" in request.GET or "on_jour" in request.GET else None)
    context = {
        "case_file": commitment.case_file,
        "programme": programmes[commitment.case_file.programme],
        "commitment": commitment,
        "standing": standing_of(commitment, on=stop_day(stop, today), today=today),
        "stop": stop,
    }
    return render(request, "awards/commitment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def proof(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    commitment = _get_commitment(request, reference)
    found = get_object_or_404(CommitmentProof, pk=pk, commitment=commitment)
    found.commitment = commitment
    user = signed_in_user(request)

    def give(stored: StoredFile) -> None:
        give_proof(proof=found, actor=user, file=stored)

    return _give(
        request,
        commitment,
        title=f"Justificatif attendu le {format_date(found.due_on)}",
        hint="Une attestation d’inscription à l’Ordre, ou de votre employeur, de moins de trois "
        "mois. N’envoyez aucune information de santé.",
        refused=found.refusal_reason,
        why_not=why_not_give(user, found),
        give=give,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def promise(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    commitment = _get_commitment(request, reference)
    found = get_object_or_404(Promise, pk=pk, commitment=commitment)
    found.commitment = commitment
    user = signed_in_user(request)

    def give(stored: StoredFile) -> None:
        prove_promise(promise=found, actor=user, file=stored)

    return _give(
        request,
        commitment,
        title=f"Prouver : {lower_first(found.label)}",
        hint="La décision ou la convention de l’université qui vous donne l’agrément.",
        refused=found.refusal_reason,
        why_not=why_not_prove(user, found),
        give=give,
    )


def _give(
    request: HttpRequest,
    commitment: Commitment,
    *,
    title: str,
    hint: str,
    refused: str,
    why_not: str,
    give: Callable[[StoredFile], None],
) -> HttpResponse:
    """One file to send; a refusal says why, and nothing is stored then."""
    is_sent = request.method == "POST"
    form = ProofForm(request.POST, request.FILES) if is_sent else ProofForm()
    if is_sent and not why_not and form.is_valid():
        user, at = signed_in_user(request), clock.now()
        try:
            with transaction.atomic():
                give(store_upload(form.cleaned_data["file"], uploaded_by=user, at=at))
        except MoveRefusedError as refusal:
            why_not = " ".join(refusal.reasons)
        else:
            messages.success(request, "C’est reçu. Le guichet le contrôle.")
            return redirect("awards:commitment", reference=commitment.case_file.reference)
    context = {
        "case_file": commitment.case_file,
        "programme": programmes[commitment.case_file.programme],
        "title": title,
        "hint": hint,
        "refused": refused,
        "why_not": why_not,
        "form": form,
    }
    return render(request, "awards/give_proof.html", context)


@require_safe
@signed_in
def repayment_order(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """The PDF, for its beneficiary; staff open it at the desk."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    clawback = get_object_or_404(
        case_file.clawbacks.select_related("order").exclude(order=None), pk=pk
    )
    assert clawback.order is not None  # noqa: S101 - excluded above
    return serve_file(request, clawback.order)
