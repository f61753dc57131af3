"""The page of one file, from the draft's task list to the decision; and giving it up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.casefiles import enums
from apps.casefiles.applicant_forms import MoveForm
from apps.casefiles.assessment import assess
from apps.casefiles.co_editing import why_not_share
from apps.casefiles.corrections import standing_points
from apps.casefiles.documents import document_rows, received_rows
from apps.casefiles.enums import CaseFileState
from apps.casefiles.forms import all_tasks
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_applicant
from apps.casefiles.programmes import programmes
from apps.casefiles.sections import draft_sections, sections
from apps.casefiles.standing import hearing_date, standing
from apps.casefiles.task_list import TaskStatus, minutes_left
from apps.casefiles.timeline import build_timeline, issued_letters
from apps.casefiles.views.access import get_case_file_or_404, signed_in, signed_in_user
from apps.casefiles.views.moves import move
from apps.core import clock


@require_safe
@signed_in
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft: the task list. Once sent: where the request stands, and why."""
    case_file = get_case_file_or_404(request, reference, also_agents=True, also_co_editors=True)
    if case_file.state == CaseFileState.DRAFT:
        context = _draft_context(case_file, signed_in_user(request))
        return render(request, "casefiles/draft.html", context)
    return render(request, "casefiles/case_file.html", _sent_context(request, case_file))


def _draft_context(case_file: CaseFile, user: User) -> dict[str, Any]:
    programme = programmes[case_file.programme]
    tasks = [(task, task.status(case_file)) for task in all_tasks(case_file)]
    rows = [row for row in document_rows(case_file) if row.kind.is_required]
    tasks_done = sum(status is TaskStatus.DONE for _, status in tasks)
    pieces_done = sum(row.is_answered for row in rows)
    tasks_left, pieces_left = len(tasks) - tasks_done, len(rows) - pieces_done
    return {
        "case_file": case_file,
        "programme": programme,
        "tasks": tasks,
        "sections": draft_sections(case_file),
        "pieces_left": pieces_left,
        "pieces_status": f"{pieces_done} sur {len(rows)}",
        "is_ready": tasks_left + pieces_left == 0,
        "left": _left(tasks_left, pieces_left),
        "minutes_left": minutes_left(
            programme.minutes_to_apply,
            done=tasks_done + pieces_done,
            # One more for « Vérifier et envoyer ».
            total=len(tasks) + len(rows) + 1,
        ),
        # Said at once: nobody should fill five pages for a refusal that is already known.
        "can_send": not why_not_applicant(user, case_file),
        "can_share": not why_not_share(user, case_file),
        "blocking": assess(case_file, on=clock.today()).blocking,
    }


def _left(tasks: int, pieces: int) -> str:
    """« Il reste 2 étapes et 1 pièce. »"""
    parts = [
        f"{count} {word}s" if count > 1 else f"1 {word}"
        for count, word in ((tasks, "étape"), (pieces, "pièce"))
        if count
    ]
    return f"Il reste {' et '.join(parts)}." if parts else ""


def _sent_context(request: HttpRequest, case_file: CaseFile) -> dict[str, Any]:
    on = clock.today()
    events = list(case_file.events.public())
    entries = build_timeline(case_file, events)
    is_undecided = case_file.state in enums.UNDECIDED_STATES
    is_awaited = case_file.state == CaseFileState.INCOMPLETE
    points = standing_points(case_file) if is_awaited else []
    added = list(sections(case_file))
    return {
        "case_file": case_file,
        "programme": programmes[case_file.programme],
        "standing": standing(case_file, on=on, points=points, hearing_on=hearing_date(events)),
        "points": points,
        "points_left": sum(point.answered_at is None for point in points),
        "decision": case_file.decision if case_file.decided_at else None,
        "sections": added,
        "actions": [action for section in added for action in section.actions],
        "rows": document_rows(case_file) if is_undecided else received_rows(case_file),
        "entries": entries,
        "letters": issued_letters(entries),
        # A file that ends without a decision has no amount to show.
        "breakdown": case_file.breakdown if is_undecided else None,
        "can_withdraw": is_undecided and not why_not_applicant(signed_in_user(request), case_file),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """What withdrawing means, then the move itself. A second click finds it done."""
    case_file = get_case_file_or_404(request, reference, also_agents=True)
    form = MoveForm(request.POST or None)
    if case_file.state in enums.UNDECIDED_STATES and form.is_valid():
        if move(request, case_file, "withdraw", form):
            return redirect("casefiles:case_file", reference=reference)
        case_file = get_case_file_or_404(request, reference, also_agents=True)
    if case_file.state not in enums.UNDECIDED_STATES:
        return redirect("casefiles:case_file", reference=reference)
    return render(
        request,
        "casefiles/withdraw.html",
        {"case_file": case_file, "programme": programmes[case_file.programme], "form": form},
    )
