"""The votes of a sitting on one page, then its closing on another that says what it does."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.admin.pages import agenda_rows, back_to, draw, get_managed_session, person, posted
from apps.awards.forms import ClosingForm, VotesForm
from apps.awards.models import AgendaItem, Session
from apps.awards.sessions import SessionClosedError, close_session, why_not_close
from apps.awards.spending import spending
from apps.awards.votes import StaleAgendaError, fingerprint, record_votes, tally
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
def votes(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file and its vote; « suivre » is chosen beforehand. Nothing is decided here."""
    session = get_managed_session(request, pk)
    items = _listed(request, session)
    shown = fingerprint(items)
    form = VotesForm(posted(request), items=items, initial={"expected": shown})
    reasons: Sequence[str] = ("Cette commission est close.",) if session.is_closed else ()
    if request.method == "POST" and form.is_valid():
        try:
            record_votes(
                session=session,
                votes=form.votes,
                actor=person(request),
                expected=form.cleaned_data["expected"],
            )
        except StaleAgendaError as refusal:
            reasons = refusal.reasons
            # What was typed stays; sent again, it is about the agenda as it is shown now.
            form.data = request.POST.copy()
            form.data["expected"] = shown
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Votes enregistrés. Rien n’est encore décidé.")
            return _after_votes(request, session)
    context = {
        "title": "Votes",
        "session": session,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" and reasons else HTTPStatus.OK
    return draw(request, "votes.html", context, status=status)


def _after_votes(request: HttpRequest, session: Session) -> HttpResponse:
    if "clore" in request.POST:
        return redirect(reverse("admin:awards_session_close", args=[session.pk]))
    return back_to(session)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says exactly what will happen; POST does it, once."""
    session = get_managed_session(request, pk)
    if session.is_closed:
        messages.info(request, "Cette commission est déjà close.")
        return back_to(session)
    items = _listed(request, session)
    form = ClosingForm(posted(request), initial={"expected": fingerprint(items)})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            done = close_session(session=session, actor=person(request), **form.cleaned_data)
        except SessionClosedError:
            messages.info(request, "Cette commission vient d’être close.")
            return back_to(session)
        except StaleAgendaError as refusal:
            # The page below shows the agenda as it is now: what it says is what will be done.
            messages.warning(request, " ".join(refusal.reasons))
            return redirect(request.path)
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Commission close : {done.outcome}.")
            return back_to(session)
    return _draw_closing(request, session, items, form, reasons=reasons)


def _draw_closing(
    request: HttpRequest,
    session: Session,
    items: list[AgendaItem],
    form: ClosingForm,
    *,
    reasons: Sequence[str],
) -> HttpResponse:
    at = clock.now()
    shares = spending(items, on=session.held_on or clock.paris_date(at))
    context: dict[str, Any] = {
        "title": "Clore la commission",
        "session": session,
        "rows": agenda_rows(person(request), items),
        "tally": tally(items),
        "shares": shares,
        "form": form,
        # The number of the deliberation is asked on this page: its absence is no reason.
        "reasons": reasons
        or why_not_close(
            session, items, user=person(request), deliberation="?", shares=shares, at=at
        ),
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" and reasons else HTTPStatus.OK
    return draw(request, "close.html", context, status=status)


def _listed(request: HttpRequest, session: Session) -> list[AgendaItem]:
    """The agenda, whole: whoever may not meet one of its files does not hold the votes.

    Raises PermissionDenied, with the reason.
    """
    items = session.items.listed().for_page().with_concealment(person(request))
    found = list(items)
    if any(item.is_concealed for item in found):
        raise PermissionDenied(
            "Un conflit d’intérêts vous écarte d’un dossier de cette commission : "
            "une autre personne note les votes et la clôt."
        )
    user = person(request)
    if not all(_heads(user, item.case_file.programme) for item in found):
        raise PermissionDenied(
            "Cette commission examine aussi des dossiers de dispositifs dont vous n’êtes pas "
            "responsable : une autre personne note les votes et la clôt."
        )
    return found


def _heads(user: User, programme: str) -> bool:
    return user.is_superuser or user.has_role(Role.HEAD, programme=programme)
