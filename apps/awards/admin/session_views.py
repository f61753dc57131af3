"""One sitting: its page, its plan, its document."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.awards.admin.pages import (
    agenda_rows,
    back_to,
    draw,
    get_managed_session,
    get_session,
    person,
    posted,
    refuse_unless_manager,
    visible_items,
)
from apps.awards.forms import SessionForm
from apps.awards.models import AgendaItem, Session
from apps.awards.pdfs import pdf_name, render_session
from apps.awards.permissions import (
    why_not_manage_sessions,
    why_not_read_programmes,
    why_not_read_sessions,
)
from apps.awards.sessions import change_session, delete_session, plan_session
from apps.awards.tally import sum_label
from apps.awards.votes import tally
from apps.casefiles.enums import Outcome
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.files.serving import serve_file

# A dozen sittings a year: a year fits on one page, and only its files are added up.
_PER_PAGE = 12


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those to close and to come first, then the closed ones, the latest first."""
    if reason := why_not_read_sessions(person(request)):
        raise PermissionDenied(reason)
    today = clock.today()
    planned = list(Session.objects.planned().with_totals().order_by("held_on", "pk"))
    page = Paginator(Session.objects.closed(), _PER_PAGE).get_page(request.GET.get("page"))
    shown = [session.pk for session in page]
    page.object_list = Session.objects.closed().filter(pk__in=shown).with_totals()
    context = {
        "title": "Commissions",
        "is_manager": not why_not_manage_sessions(person(request)),
        "to_close": [item for item in planned if item.held_on is None or item.held_on < today],
        "coming": [item for item in planned if item.held_on and item.held_on >= today],
        "page": page,
    }
    return draw(request, "session_list.html", context)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with its proposals and totals; once closed, the votes."""
    session = get_session(request, pk)
    return draw(request, "session.html", _session_context(request, session))


def _session_context(request: HttpRequest, session: Session) -> dict[str, Any]:
    user, today = person(request), clock.today()
    items = visible_items(request, session)
    hidden = session.items.standing().count() - len(items)
    is_manager = not why_not_manage_sessions(user)
    return {
        "title": session.label,
        "session": session,
        "rows": agenda_rows(user, items),
        "hidden": hidden,
        "tally": tally(items),
        "proposed_total": sum_label(
            item.proposed_amount for item in items if item.proposed_outcome == Outcome.GRANT
        ),
        "is_manager": is_manager,
        "why_not_add": session.why_not_take_files(today),
        "why_not_close": session.why_not_close(today),
        "may_read_report": not why_not_read_report(user, items, hidden=hidden),
    }


def why_not_read_report(user: User, items: Sequence[AgendaItem], *, hidden: int) -> str:
    """The report of a closed sitting is one document: whoever has it reads all of it."""
    if hidden:
        return "Ce document porte aussi sur des dossiers que vous ne lisez pas."
    return why_not_read_programmes(user, {item.case_file.programme for item in items})


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """« Ordre du jour » made now, of what this person reads; « relevé » as it was kept."""
    session = get_session(request, pk)
    items = visible_items(request, session)
    if session.report is not None:
        hidden = session.items.standing().count() - len(items)
        if reason := why_not_read_report(person(request), items, hidden=hidden):
            raise PermissionDenied(reason)
        return serve_file(request, session.report, as_attachment=False)
    content = render_session(session, items, by=person(request), at=clock.now())
    disposition = content_disposition_header(False, pdf_name(session)) or "inline"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    refuse_unless_manager(request)
    form = SessionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        session = plan_session(actor=person(request), **form.cleaned_data)
        messages.success(request, "Commission prévue.")
        return back_to(session)
    return draw(request, "session_form.html", {"title": "Prévoir une commission", "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_managed_session(request, pk)
    form = SessionForm(posted(request), instance=session)
    reasons: Sequence[str] = ("Cette commission est déjà close.",) if session.is_closed else ()
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_session(session=session, actor=person(request), **form.cleaned_data)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Commission modifiée.")
            return back_to(changed)
    context = {
        "title": "Modifier la commission",
        "session": session,
        "form": form,
        "reasons": reasons,
        "listed": session.items.listed().count(),
    }
    return draw(request, "session_form.html", context, status=_status(request, reasons))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """For a sitting planned by mistake: nothing was ever on its agenda."""
    session = get_managed_session(request, pk)
    reasons: Sequence[str] = ()
    if request.method == "POST":
        try:
            delete_session(session=session, actor=person(request))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"« {session.label} » est supprimée.")
            return redirect(reverse("admin:awards_session_changelist"))
    context = {"title": "Supprimer la commission", "session": session, "reasons": reasons}
    return draw(request, "session_delete.html", context, status=_status(request, reasons))


def _status(request: HttpRequest, reasons: Sequence[str]) -> HTTPStatus:
    return HTTPStatus.CONFLICT if request.method == "POST" and reasons else HTTPStatus.OK
