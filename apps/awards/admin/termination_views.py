"""Break a convention: what comes back is computed and read before anybody agrees to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.awards.admin.acts import why_not_move
from apps.awards.admin.pages import draw, person, posted
from apps.awards.clawbacks import quote, terminate_award
from apps.awards.commitment_forms import StopForm, TerminationForm, stop_day
from apps.awards.models import Commitment
from apps.casefiles.admin.pages import file_title, file_url, get_case_file
from apps.casefiles.desk import makes_move
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@makes_move("terminate")
def termination_page(case_file: CaseFile) -> str:
    return reverse("admin:awards_commitment_terminate", args=[case_file.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """GET reckons for the day in the address; POST agrees to the amount that was shown."""
    case_file = get_case_file(request, pk)
    sent = posted(request)
    chosen = sent if sent is not None else request.GET
    stop = StopForm(chosen if "on" in chosen or "on_jour" in chosen else None)
    day = stop_day(stop, clock.today())
    found = quote(case_file, on=day)
    asks_amount = found.repayment is None and found.paid > 0
    initial: dict[str, Any] = {
        "version": case_file.version,
        "on": day,
        "shown": found.repayment.amount if found.repayment else None,
    }
    form = TerminationForm(sent, asks_amount=asks_amount, initial=initial)
    reasons, status = why_not_move(case_file, "terminate", person(request)), HTTPStatus.OK
    if sent is not None and form.is_valid():
        try:
            _terminate(request, case_file, form)
        except MoveRefusedError as refusal:
            reasons, status = refusal.reasons, HTTPStatus.CONFLICT
            form.show(initial["shown"])
        else:
            messages.success(request, f"{TRANSITIONS['terminate'].past_label}.")
            return redirect(file_url(case_file))
    context = {
        "title": TRANSITIONS["terminate"].label,
        "file_title": file_title(case_file),
        "case_file": case_file,
        "commitment": Commitment.objects.filter(case_file=case_file).first(),
        "quote": found,
        "day": day,
        "stop": stop,
        "form": form,
        "reasons": reasons,
    }
    return draw(request, "terminate.html", context, status=status)


def _terminate(request: HttpRequest, case_file: CaseFile, form: TerminationForm) -> None:
    cleaned = form.cleaned_data
    terminate_award(
        case_file=case_file,
        actor=person(request),
        stops_on=cleaned["on"],
        comment=cleaned["comment"],
        amount=cleaned.get("amount"),
        shown=cleaned["shown"],
        expected_version=cleaned["version"],
    )
