"""A third person confirms a month on their phone: a link, a code, one answer a month.

The token stays in the address of every step: two links open in two tabs are two files. What the
code opened is kept in the session, for half an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.awards.attestation_forms import PresenceForm
from apps.awards.attestation_links import (
    LinkState,
    check_code,
    disown,
    find_link,
    link_state,
    months_due,
    send_code,
    send_link,
    short_name,
)
from apps.awards.attestations import attest
from apps.awards.models import AttestationLink, Instalment
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock, throttles
from apps.core.one_time_codes import OneTimeCodeForm

OPEN_FOR = timedelta(minutes=30)
_OPENED = "attestation_opened"  # session: {link: until}

Step = Callable[[HttpRequest, AttestationLink, str], HttpResponse]


def _step(*states: LinkState) -> Callable[[Step], Callable[[HttpRequest, str], HttpResponse]]:
    """A page of a link in one of these states; any other state has its own page, and says what
    to do. Every token that nobody was sent gets the same answer."""

    def decorate(view: Step) -> Callable[[HttpRequest, str], HttpResponse]:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def page(request: HttpRequest, token: str) -> HttpResponse:
            link = find_link(token)
            if link is None:
                return _draw(request, "unknown", {}, status=HTTPStatus.NOT_FOUND)
            state = link_state(link, at=clock.now())
            if state not in states:
                return _draw(request, "closed", {"state": state.value, "token": token})
            return view(request, link, token)

        return page

    return decorate


@_step(LinkState.OPEN)
def ask(request: HttpRequest, link: AttestationLink, token: str) -> HttpResponse:
    """Whose presence, where; the code is sent on demand: opening a link does nothing."""
    if request.method == "POST":
        throttles.require(request, "attestation_ask", key=str(link.pk), at=clock.now())
        send_code(link)
        return redirect("awards:attestation_code", token=token)
    return _draw(request, "ask", _shown(link) | {"token": token, "link": link})


@_step(LinkState.OPEN)
def code(request: HttpRequest, link: AttestationLink, token: str) -> HttpResponse:
    form = OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        at = clock.now()
        throttles.require(request, "attestation_code", key=str(link.pk), at=at)
        if check_code(link, form.cleaned_data["code"], at=at):
            request.session.cycle_key()  # what was known before the code opens nothing
            opened = request.session.get(_OPENED, {})
            request.session[_OPENED] = {**opened, str(link.pk): (at + OPEN_FOR).isoformat()}
            return redirect("awards:attestation_months", token=token)
        form.refuse()
    return _draw(request, "code", {"form": form, "token": token})


@_step(LinkState.OPEN)
def months(request: HttpRequest, link: AttestationLink, token: str) -> HttpResponse:
    """The oldest month that waits, then the next one; at the end, what was confirmed."""
    at = clock.now()
    if not _is_opened(request, link, at):
        return redirect("awards:attestation", token=token)
    if request.method == "POST":
        return _answer(request, link, token, at)
    return _show_months(request, link, token, None)


def _answer(request: HttpRequest, link: AttestationLink, token: str, at: datetime) -> HttpResponse:
    form = PresenceForm(request.POST)
    if not form.is_valid():
        return _show_months(request, link, token, form)
    try:
        attest(link=link, instalment_id=form.cleaned_data["month"], answer=form.answer, at=at)
    except MoveRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "C’est noté. Merci.")
    return redirect("awards:attestation_months", token=token)


def _show_months(
    request: HttpRequest, link: AttestationLink, token: str, form: PresenceForm | None
) -> HttpResponse:
    waiting = list(months_due(link.case_file, on=clock.today()))
    month = _asked(waiting, form)
    if form is None and month is not None:
        form = PresenceForm(initial={"month": month.pk})
    done = Instalment.objects.filter(
        case_file=link.case_file, attestation__link__email__iexact=link.email
    ).select_related("attestation")
    context = {
        "token": token,
        "month": month,
        "left": len(waiting) - 1,
        "form": form if month else None,
        "done": list(done),
    }
    return _draw(request, "months", _shown(link) | context)


def _asked(waiting: list[Instalment], form: PresenceForm | None) -> Instalment | None:
    """The month of the form that was sent, if it still waits; else the oldest one."""
    sent = form.data.get("month") if form else None
    return next((month for month in waiting if str(month.pk) == sent), None) or next(
        iter(waiting), None
    )


@_step(LinkState.OPEN, LinkState.EXPIRED)
def not_me(request: HttpRequest, link: AttestationLink, token: str) -> HttpResponse:
    if request.method == "POST":
        disown(link=link)
        return redirect("awards:attestation", token=token)
    return _draw(request, "not_me", {"token": token})


@_step(LinkState.EXPIRED)
def renew(request: HttpRequest, link: AttestationLink, token: str) -> HttpResponse:
    """A new link, to the same address: whoever holds the old one may ask."""
    if request.method != "POST":
        return redirect("awards:attestation", token=token)
    throttles.require(request, "attestation_ask", key=str(link.pk), at=clock.now())
    try:
        send_link(case_file=link.case_file)
    except MoveRefusedError as refusal:
        return _draw(request, "renewed", {"refusal": str(refusal)})
    return _draw(request, "renewed", {"refusal": ""})


def _is_opened(request: HttpRequest, link: AttestationLink, at: datetime) -> bool:
    until = request.session.get(_OPENED, {}).get(str(link.pk))
    return until is not None and datetime.fromisoformat(until) > at


def _shown(link: AttestationLink) -> dict[str, Any]:
    """All that a third person reads of the file."""
    return {"student": short_name(link.case_file), "commune": link.case_file.commune}


def _draw(
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    return render(request, f"awards/attestation/{name}.html", context, status=status)
