"""The page of one commitment, and the acts that change its days and its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.awards.admin.acts import Act, act
from apps.awards.admin.pages import draw, person, posted
from apps.awards.commitment_forms import (
    FirstDayForm,
    FulfilForm,
    PauseDaysForm,
    PauseForm,
    StopForm,
    TransferForm,
    stop_day,
)
from apps.awards.commitments import (
    add_pause,
    change_pause,
    correct_first_day,
    fulfil,
    record_first_day,
    remove_pause,
    transfer,
    why_not_begin,
    why_not_fulfil,
)
from apps.awards.enums import CommitmentStatus, PauseKind
from apps.awards.models import Commitment, CommitmentPause
from apps.awards.programmes import awarded
from apps.awards.standing import standing_of
from apps.casefiles.admin.pages import file_title, get_case_file
from apps.casefiles.permissions import why_not_caseworker, why_not_head
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


def get_commitment(request: HttpRequest, pk: int) -> Commitment:
    """With its file, for whoever may read it at the desk; Http404 otherwise."""
    commitment = Commitment.objects.filter(pk=pk).select_related("commune").first()
    if commitment is None:
        raise Http404("Cet engagement n’existe pas, ou n’est pas à vous.")
    commitment.case_file = get_case_file(request, commitment.case_file_id)
    return commitment


def commitment_url(commitment: Commitment) -> str:
    return reverse("admin:awards_commitment_change", args=[commitment.pk])


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is followed, and « si l’engagement s’arrêtait le … »."""
    commitment = get_commitment(request, pk)
    today = clock.today()
    stop = StopForm(request.GET if "on" in request.GET or "on_jour" in request.GET else None)
    standing = standing_of(commitment, on=stop_day(stop, today), today=today)
    user = person(request)
    context = {
        "title": "Engagement",
        "file_title": file_title(commitment.case_file),
        "case_file": commitment.case_file,
        "commitment": commitment,
        "standing": standing,
        "stop": stop,
        "announced_on": awarded(commitment.case_file).practice_starts_on(commitment.case_file),
        "why_not_act": why_not_caseworker(user, commitment.case_file),
        "why_not_decide": why_not_head(user, commitment.case_file),
        "why_not_fulfil": why_not_fulfil(commitment, on=today),
    }
    return draw(request, "commitment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def first_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Record it; once recorded, the head rights it."""
    commitment = get_commitment(request, pk)
    is_known = commitment.status != CommitmentStatus.WAITING
    day = commitment.started_on or awarded(commitment.case_file).practice_starts_on(
        commitment.case_file
    )
    form = FirstDayForm(posted(request), initial={"started_on": day})
    user, may = person(request), why_not_head if is_known else why_not_caseworker

    def do(cleaned: dict[str, Any]) -> None:
        record = correct_first_day if is_known else record_first_day
        record(commitment=commitment, actor=user, started_on=cleaned["started_on"])

    return act(
        request,
        Act(
            case_file=commitment.case_file,
            title="Corriger le premier jour d’exercice" if is_known else "Premier jour d’exercice",
            button="Corriger" if is_known else "Enregistrer",
            back=commitment_url(commitment),
            done="Premier jour d’exercice enregistré.",
            do=do,
            effects=(
                "La durée de l’engagement et des promesses se compte à partir de ce jour.",
                "La personne le lit dans son dossier.",
            ),
            why_not=(may(user, commitment.case_file), why_not_begin(commitment.case_file)),
        ),
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = get_commitment(request, pk)
    user = person(request)

    def do(cleaned: dict[str, Any]) -> None:
        add_pause(
            commitment=commitment,
            actor=user,
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            kind=PauseKind(cleaned["kind"]),
        )

    return act(
        request,
        Act(
            case_file=commitment.case_file,
            title="Ajouter une pause",
            button="Ajouter la pause",
            back=commitment_url(commitment),
            done="La pause est enregistrée.",
            do=do,
            effects=(
                "Les jours de pause ne comptent pas. La fin de l’engagement recule d’autant.",
                "La personne lit les dates dans son dossier, sans la raison.",
            ),
            why_not=(why_not_caseworker(user, commitment.case_file),),
        ),
        PauseForm(posted(request)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Give the pause its end, or right its days."""
    commitment = get_commitment(request, pk)
    known = get_object_or_404(CommitmentPause, pk=row, commitment=commitment)
    user = person(request)
    initial = {"first_day": known.first_day, "last_day": known.last_day}

    def do(cleaned: dict[str, Any]) -> None:
        change_pause(
            pause=known,
            actor=user,
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
        )

    return act(
        request,
        Act(
            case_file=commitment.case_file,
            title="Modifier la pause",
            button="Enregistrer",
            back=commitment_url(commitment),
            done="La pause est modifiée.",
            do=do,
            effects=("La fin de l’engagement est calculée de nouveau.",),
            why_not=(why_not_caseworker(user, commitment.case_file),),
        ),
        PauseDaysForm(posted(request), initial=initial),
    )


@require_POST
def remove(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """A pause that was not one; its history stays."""
    commitment = get_commitment(request, pk)
    known = get_object_or_404(CommitmentPause, pk=row, commitment=commitment)
    try:
        remove_pause(pause=known, actor=person(request))
    except MoveRefusedError as refusal:
        messages.error(request, " ".join(refusal.reasons))
    else:
        messages.success(request, "La pause est retirée.")
    return redirect(commitment_url(commitment))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    commitment = get_commitment(request, pk)
    user = person(request)

    def do(cleaned: dict[str, Any]) -> None:
        transfer(
            commitment=commitment,
            actor=user,
            commune=cleaned["commune"],
            since=cleaned["since"],
        )

    return act(
        request,
        Act(
            case_file=commitment.case_file,
            title="Changer de commune",
            button="Enregistrer",
            back=commitment_url(commitment),
            done="Le nouveau lieu d’exercice est enregistré.",
            do=do,
            effects=(
                "L’engagement continue, sans changer de durée.",
                "La personne lit sa nouvelle commune dans son dossier.",
            ),
            why_not=(why_not_caseworker(user, commitment.case_file),),
        ),
        TransferForm(posted(request)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The end has come: a person says that the commitment was kept."""
    commitment = get_commitment(request, pk)
    form: forms.Form = FulfilForm(posted(request))

    def do(cleaned: dict[str, Any]) -> None:
        fulfil(commitment=commitment, actor=person(request), comment=cleaned["comment"])

    return act(
        request,
        Act(
            case_file=commitment.case_file,
            title="Déclarer l’engagement tenu",
            button="Déclarer l’engagement tenu",
            back=commitment_url(commitment),
            done="L’engagement est tenu.",
            do=do,
            effects=("Plus rien ne peut être demandé au titre de cet engagement.",),
            why_not=why_not_fulfil(commitment, on=clock.today()),
        ),
        form,
    )
