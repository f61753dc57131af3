"""Promises at the desk: proof typed in, kept, asked again, or not kept and then paid back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.awards.admin.acts import Act, act
from apps.awards.admin.commitment_views import commitment_url, get_commitment
from apps.awards.admin.pages import person, posted
from apps.awards.admin.papers import show_paper
from apps.awards.clawbacks import break_promise, quote, why_not_call_broken
from apps.awards.commitment_forms import KeepPromiseForm, ProofForm
from apps.awards.forms import ReasonForm
from apps.awards.models import Promise
from apps.awards.promises import (
    keep_promise,
    prove_promise,
    refuse_promise_proof,
    why_not_prove,
)
from apps.casefiles.permissions import why_not_caseworker, why_not_head
from apps.core import clock
from apps.core.money import format_euros
from apps.core.words import lower_first
from apps.files.storage import store_upload


def _get_promise(request: HttpRequest, pk: int, row: int) -> Promise:
    commitment = get_commitment(request, pk)
    promise = get_object_or_404(
        Promise.objects.select_related("file"), pk=row, commitment=commitment
    )
    promise.commitment = commitment
    return promise


@require_safe
def file(request: HttpRequest, pk: int, row: int) -> HttpResponseBase:
    promise = _get_promise(request, pk, row)
    if promise.file is None:
        raise Http404("Aucun fichier n’a été donné.")
    return show_paper(request, promise.commitment.case_file, promise.file)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """An agent types in what came by post."""
    promise, user = _get_promise(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        stored = store_upload(cleaned["file"], uploaded_by=user, at=clock.now())
        prove_promise(promise=promise, actor=user, file=stored)

    return act(
        request,
        Act(
            case_file=promise.commitment.case_file,
            title=f"Ajouter la preuve : {lower_first(promise.label)}",
            button="Ajouter",
            back=commitment_url(promise.commitment),
            done="La preuve est à contrôler.",
            do=do,
            effects=("Il reste à la contrôler : acceptée, ou à refaire.",),
            why_not=(why_not_prove(user, promise),),
        ),
        ProofForm(posted(request), request.FILES or None),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    promise, user = _get_promise(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        keep_promise(promise=promise, actor=user, supervisor=cleaned["supervisor"])

    return act(
        request,
        Act(
            case_file=promise.commitment.case_file,
            title="Accepter la preuve",
            button="La promesse est tenue",
            back=commitment_url(promise.commitment),
            done="La promesse est tenue.",
            do=do,
            effects=(f"Les {format_euros(promise.amount)} de cette promesse sont acquis.",),
            why_not=(why_not_caseworker(user, promise.commitment.case_file),),
        ),
        KeepPromiseForm(posted(request), initial={"supervisor": promise.supervisor_id}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    promise, user = _get_promise(request, pk, row), person(request)

    def do(cleaned: dict[str, Any]) -> None:
        refuse_promise_proof(promise=promise, actor=user, reason=cleaned["reason"])

    return act(
        request,
        Act(
            case_file=promise.commitment.case_file,
            title="Demander une autre preuve",
            button="Demander une autre preuve",
            back=commitment_url(promise.commitment),
            done="Une autre preuve est demandée.",
            do=do,
            effects=("La personne reçoit un courriel. Elle lit la raison dans son dossier.",),
            why_not=(why_not_caseworker(user, promise.commitment.case_file),),
        ),
        ReasonForm(posted(request), hint="La personne le lit."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def not_kept(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The amount that comes back is shown before anything is decided."""
    promise, user = _get_promise(request, pk, row), person(request)
    case_file = promise.commitment.case_file
    back_comes = min(promise.amount, quote(case_file, on=clock.today()).paid)

    def do(cleaned: dict[str, Any]) -> None:
        break_promise(promise=promise, actor=user, reason=cleaned["reason"])

    return act(
        request,
        Act(
            case_file=case_file,
            title="La promesse n’est pas tenue",
            button=f"Demander {format_euros(back_comes)}" if back_comes else "Enregistrer",
            back=commitment_url(promise.commitment),
            done="La promesse n’est pas tenue : le reversement est enregistré.",
            do=do,
            effects=(
                f"À rembourser : {format_euros(back_comes)}. La convention continue.",
                "L’ordre de reversement est établi. La personne reçoit un courriel.",
                "Cette décision ne se reprend pas. Une remise reste possible.",
            ),
            why_not=(why_not_head(user, case_file), why_not_call_broken(promise)),
            is_dangerous=True,
        ),
        ReasonForm(posted(request), hint="La personne le lit."),
    )
