"""Proofs of practice at the desk: read, typed in for somebody, accepted, asked again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.acts import Act, act
from apps.awards.admin.commitment_views import commitment_url, get_commitment
from apps.awards.admin.pages import draw, person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.commitment_forms import ProofForm
from apps.awards.commitment_proofs import (
    accept_proof,
    give_proof,
    refuse_proof,
    waive_proof,
    why_not_give,
)
from apps.awards.enums import ProofStatus
from apps.awards.forms import ReasonForm
from apps.awards.models import CommitmentProof
from apps.casefiles.admin.pages import file_title
from apps.casefiles.permissions import why_not_caseworker, why_not_head
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.core.dates import format_date
from apps.files.storage import store_upload


def _get_proof(request: HttpRequest, pk: int, row: int) -> CommitmentProof:
    commitment = get_commitment(request, pk)
    proof = get_object_or_404(
        CommitmentProof.objects.select_related("file"), pk=row, commitment=commitment
    )
    proof.commitment = commitment
    return proof


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """What was given; POST accepts it."""
    proof = _get_proof(request, pk, row)
    case_file, user = proof.commitment.case_file, person(request)
    if request.method == "POST":
        try:
            accept_proof(proof=proof, actor=user)
        except MoveRefusedError as refusal:
            messages.error(request, " ".join(refusal.reasons))
        else:
            messages.success(request, "Le justificatif est accepté.")
        return redirect(commitment_url(proof.commitment))
    context = {
        "title": f"Justificatif attendu le {format_date(proof.due_on)}",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "proof": proof,
        "commitment": proof.commitment,
        "is_to_check": proof.status == ProofStatus.GIVEN,
        "is_awaited": proof.status == ProofStatus.AWAITED,
        "why_not_act": why_not_caseworker(user, case_file),
        "why_not_decide": why_not_head(user, case_file),
    }
    return draw(request, "proof.html", context)


@require_safe
def file(request: HttpRequest, pk: int, row: int) -> HttpResponseBase:
    proof = _get_proof(request, pk, row)
    if proof.file is None:
        raise Http404("Aucun fichier n’a été donné.")
    return show_paper(request, proof.commitment.case_file, proof.file)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """An agent types in what came by post."""
    proof, user = _get_proof(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        stored = store_upload(cleaned["file"], uploaded_by=user, at=clock.now())
        give_proof(proof=proof, actor=user, file=stored)

    return act(
        request,
        Act(
            case_file=proof.commitment.case_file,
            title="Ajouter le justificatif reçu",
            button="Ajouter",
            back=commitment_url(proof.commitment),
            done="Le justificatif est à contrôler.",
            do=do,
            effects=("Il reste à le contrôler : accepté, ou à refaire.",),
            why_not=(why_not_give(user, proof),),
        ),
        ProofForm(posted(request), request.FILES or None),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    proof, user = _get_proof(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        refuse_proof(proof=proof, actor=user, reason=cleaned["reason"])

    return act(
        request,
        Act(
            case_file=proof.commitment.case_file,
            title="Demander un autre justificatif",
            button="Demander un autre justificatif",
            back=commitment_url(proof.commitment),
            done="Un autre justificatif est demandé.",
            do=do,
            effects=("La personne reçoit un courriel. Elle lit la raison dans son dossier.",),
            why_not=(why_not_caseworker(user, proof.commitment.case_file),),
        ),
        ReasonForm(posted(request), hint="La personne le lit."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    proof, user = _get_proof(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        waive_proof(proof=proof, actor=user, reason=cleaned["reason"])

    return act(
        request,
        Act(
            case_file=proof.commitment.case_file,
            title="Ne plus demander ce justificatif",
            button="Ne plus le demander",
            back=commitment_url(proof.commitment),
            done="Ce justificatif n’est plus demandé.",
            do=do,
            effects=("La raison reste au guichet.",),
            why_not=(why_not_head(user, proof.commitment.case_file),),
        ),
        ReasonForm(posted(request), hint="Reste au guichet."),
    )
