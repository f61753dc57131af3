"""The report on a year that no payment waits for, written by the project's owner."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.casefiles.models import CaseFile
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.core import clock
from apps.programmes.innovation.calls import SLUG
from apps.programmes.innovation.report_requests import (
    DueReport,
    due_reports,
    give_report,
    why_not_give,
)
from apps.programmes.innovation.reports import former_answers, report_form


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: HttpRequest, reference: str, year: int) -> HttpResponse:
    """What was said already, to correct as long as the award runs."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    due = _due_or_404(case_file, year)
    form_class = report_form(case_file.innovation_detail, year=year)
    if form_class is None:
        raise Http404
    initial = former_answers(due.report) if due.report else {}
    form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            give_report(
                case_file=case_file,
                year=year,
                answers=form.cleaned_data,
                by=signed_in_user(request),
                at=clock.now(),
            )
        except ValidationError as refusal:
            reasons = refusal.messages
        else:
            messages.success(request, "Votre bilan est remis. Le guichet le lit.")
            return redirect("casefiles:case_file", reference=reference)
    context = {
        "case_file": case_file,
        "due": due,
        "why_not": why_not_give(case_file, due, on=clock.today()),
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return render(request, "programmes/innovation/report.html", context, status=status)


def _due_or_404(case_file: CaseFile, year: int) -> DueReport:
    found = due_reports(case_file) if case_file.programme == SLUG else []
    due = next((due for due in found if due.year == year), None)
    if due is None:
        raise Http404("Aucun bilan n’est attendu pour cette année.")
    return due
