"""The lines of an agenda: add files, move them, take one off."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from apps.awards.admin.pages import back_to, draw, get_managed_session, person, posted
from apps.awards.agenda import add_to_agenda, move_item, remove_from_agenda, schedulable
from apps.awards.forms import RemovalForm
from apps.awards.models import AgendaItem, Session
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
def add_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Every proposal that waits: those that may go on this agenda, the others with the reason."""
    session = get_managed_session(request, pk)
    waiting = schedulable(person(request))
    chosen = set(request.POST.getlist("dossier"))
    reasons: Sequence[str] = [
        reason for reason in [session.why_not_take_files(clock.today())] if reason
    ]
    if request.method == "POST":
        files = [case_file for case_file, _ in waiting if str(case_file.pk) in chosen]
        try:
            return put_on_agenda(request, session=session, case_files=files)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
    context = {
        "title": "Inscrire des dossiers",
        "session": session,
        "possible": [case_file for case_file, reason in waiting if not reason],
        "impossible": [(case_file, reason) for case_file, reason in waiting if reason],
        "chosen": chosen,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return draw(request, "add_files.html", context, status=status)


def put_on_agenda(
    request: HttpRequest, *, session: Session, case_files: Sequence[CaseFile]
) -> HttpResponse:
    """List the files and lead to the first of them. Raises MoveRefusedError."""
    items = add_to_agenda(session=session, case_files=case_files, actor=person(request))
    count = len(items)
    words = f"{count} dossier{'s inscrits' if count > 1 else ' inscrit'} à l’ordre du jour."
    messages.success(request, words)
    return back_to(session, items[0])


@require_POST
def move(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """`sens=haut` or `bas`: one line up, one line down."""
    session = get_managed_session(request, pk)
    item = _item(request, session, item_pk)
    try:
        move_item(item=item, up=request.POST.get("sens") == "haut", actor=person(request))
    except MoveRefusedError as refusal:
        messages.error(request, " ".join(refusal.reasons))
    return back_to(session, item)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    session = get_managed_session(request, pk)
    item = _item(request, session, item_pk)
    form = RemovalForm(posted(request))
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            remove_from_agenda(
                item=item, actor=person(request), comment=form.cleaned_data["comment"]
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"{item.case_file.reference} n’est plus à l’ordre du jour.")
            return back_to(session)
    context = {
        "title": "Retirer de l’ordre du jour",
        "session": session,
        "item": item,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "remove_item.html", context, status=status)


def _item(request: HttpRequest, session: Session, pk: int) -> AgendaItem:
    """Raises Http404 for a file that this person does not read, as for one that is not there."""
    met = session.items.visible_to(person(request))
    return get_object_or_404(met.select_related("case_file", "session"), pk=pk)
