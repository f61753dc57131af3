"""« Inscrire en commission » from a file's page, or for the files ticked in the worklist."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.awards.admin.agenda_views import put_on_agenda
from apps.awards.admin.pages import draw, person, posted, refuse_unless_manager
from apps.awards.agenda import why_not_schedule_each
from apps.awards.forms import SessionChoiceForm
from apps.awards.permissions import why_not_manage_sessions
from apps.casefiles.admin.batches import PARAMETER, select
from apps.casefiles.desk import BatchAction, add_batch_action, makes_move
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    """Choose the sitting of the files given by `?dossier=`; all of them go, or none."""
    refuse_unless_manager(request)
    selection = select(request, partial(why_not_schedule_each, person(request)))
    form = SessionChoiceForm(posted(request), on=clock.today())
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        session = form.cleaned_data["session"]
        try:
            return put_on_agenda(request, session=session, case_files=selection.accepted)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
    context = {
        "title": "Inscrire en commission",
        "form": form,
        "selection": selection,
        "parameter": PARAMETER,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "schedule.html", context, status=status)


@makes_move("schedule")
def schedule_page(case_file: CaseFile) -> str:
    return f"{reverse('admin:awards_session_schedule')}?{PARAMETER}={case_file.pk}"


@makes_move("grant", "reject")
def closing_page(case_file: CaseFile) -> str:
    """The votes of the sitting where the file is listed."""
    item = case_file.agenda_items.listed().first()
    return reverse("admin:awards_session_votes", args=[item.session_id]) if item else ""


add_batch_action(
    BatchAction(
        label="Inscrire en commission",
        url=lambda: reverse("admin:awards_session_schedule"),
        why_not=why_not_manage_sessions,
    )
)
