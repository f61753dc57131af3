"""« Vérifier et envoyer », the receipt, and the corrections sent back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.casefiles.applicant_forms import DeclarationForm, MoveForm
from apps.casefiles.assessment import assess
from apps.casefiles.corrections import standing_points
from apps.casefiles.documents import document_rows
from apps.casefiles.enums import CaseFileState, LetterKind
from apps.casefiles.forms import all_answers, all_tasks
from apps.casefiles.models import CaseFile, ChangeItem
from apps.casefiles.permissions import why_not_applicant_or_agent
from apps.casefiles.programmes import programmes
from apps.casefiles.receipts import build_receipt
from apps.casefiles.requirements import missing_pieces, unfinished_tasks
from apps.casefiles.task_list import Answer, Task
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.casefiles.views.moves import move
from apps.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Every answer before it leaves, with what the rules say; then « Envoyer ».

    A double click sends once: the second request finds the file sent and shows its receipt.
    """
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    if case_file.state != CaseFileState.DRAFT:
        return _where_it_went(case_file)
    form = DeclarationForm(request.POST or None)
    if form.is_valid():
        if move(request, case_file, "submit", form):
            return redirect("casefiles:receipt", reference=reference)
        case_file = get_case_file_or_404(request, reference, also_agents=True)
        if case_file.state != CaseFileState.DRAFT:
            return _where_it_went(case_file)
    return render(
        request,
        "casefiles/check.html",
        {
            **_check_context(case_file),
            "form": form,
            "why_not_send": why_not_applicant_or_agent(signed_in_user(request), case_file),
        },
    )


def _where_it_went(case_file: CaseFile) -> HttpResponse:
    name = "receipt" if case_file.submitted_at else "case_file"
    return redirect(f"casefiles:{name}", reference=case_file.reference)


def _check_context(case_file: CaseFile) -> dict[str, Any]:
    programme, on = programmes[case_file.programme], clock.today()
    tasks, rows = all_tasks(case_file), document_rows(case_file)
    eligibility = assess(case_file, on=on)
    return {
        "case_file": case_file,
        "programme": programme,
        "sections": _sections(tasks, all_answers(case_file), case_file),
        "rows": rows,
        "eligibility": eligibility,
        "breakdown": programme.compute_amount(case_file, on=on),
        "missing": [*unfinished_tasks(case_file), *missing_pieces(rows)],
    }


def _sections(
    tasks: Sequence[Task], answers: Sequence[Answer], case_file: CaseFile
) -> list[dict[str, Any]]:
    """The answers page by page, with those that lack and what to check again."""
    sections = []
    for task in tasks:
        missing = task.missing(case_file)
        form = task.form_class(instance=task.get_instance(case_file))
        warnings = getattr(form, "warnings", {})
        rows = [
            {
                "answer": answer,
                "name": name,
                "is_missing": name in missing,
                "warning": warnings.get(name, ""),
            }
            for answer in answers
            for slug, _, name in (answer.key.partition("."),)
            if slug == task.slug
        ]
        sections.append({"task": task, "rows": rows})
    return sections


@require_safe
@signed_in
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What the law says a receipt tells (CRPA R112-11-1), and the same as a PDF."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    if case_file.submitted_at is None:
        return redirect("casefiles:case_file", reference=reference)
    return render(
        request,
        "casefiles/receipt.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "receipt": build_receipt(case_file),
            "letter": case_file.letters.filter(kind=LetterKind.RECEIPT).last(),
            "promised": [row for row in document_rows(case_file) if row.promise],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def corrections(request: HttpRequest, reference: str) -> HttpResponse:
    """The points asked, with the former and the new answer; then « Envoyer mes corrections »."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    form = MoveForm(request.POST or None)
    if case_file.state == CaseFileState.INCOMPLETE and form.is_valid():
        if move(request, case_file, "resubmit", form):
            return redirect("casefiles:case_file", reference=reference)
        case_file = get_case_file_or_404(request, reference, also_agents=True)
    if case_file.state != CaseFileState.INCOMPLETE:
        return redirect("casefiles:case_file", reference=reference)
    points = standing_points(case_file)
    return render(
        request,
        "casefiles/corrections.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "request_for_changes": points[0].request,
            "days_until": (points[0].request.due_on - clock.today()).days,
            "points": _points_with_answers(case_file, points),
            "points_left": sum(point.answered_at is None for point in points),
            "form": form,
        },
    )


def _points_with_answers(case_file: CaseFile, points: Sequence[ChangeItem]) -> list[dict[str, Any]]:
    answers = {answer.key: answer.value for answer in all_answers(case_file)}
    rows = {row.kind.slug: row for row in document_rows(case_file)}
    return [
        {
            "item": point,
            "is_answer": point.is_answer,
            "value": answers.get(point.key, ""),
            "row": rows.get(point.key),
        }
        for point in points
    ]
