"""Follow a request without an account: its reference, then a code sent by e-mail.

Every step answers a known and an unknown pair alike. The right code opens one file, to be read
only, for half an hour, in this browser.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.casefiles.applicant_forms import FollowUpForm
from apps.casefiles.corrections import standing_points
from apps.casefiles.enums import EventKind
from apps.casefiles.follow_up import address_digest, check_code
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.casefiles.standing import hearing_date, standing
from apps.casefiles.tasks import send_follow_up_code
from apps.casefiles.timeline import build_timeline
from apps.core import clock, throttles
from apps.core.fragments import draw_page
from apps.core.jobs import queue_job
from apps.core.one_time_codes import OneTimeCodeForm

_ASK_PAGE = "casefiles/follow_up.html"
READABLE_FOR = timedelta(minutes=30)
_ASKED = "follow_up_asked"  # session: the reference whose code is awaited
_OPENED = "follow_up_opened"  # session: [reference, until]
_URGENT = 10  # somebody waits in front of the page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return draw_page(request, _ASK_PAGE, lambda: {"form": FollowUpForm()})
    form = FollowUpForm(request.POST)
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        throttles.require(request, "follow_up_ask", key=reference, at=clock.now())
        queue_job(
            send_follow_up_code,
            priority=_URGENT,
            reference=reference,
            address=address_digest(form.cleaned_data["email"]),
        )
        request.session[_ASKED] = reference
        return redirect("casefiles:follow_up_code")
    return render(request, _ASK_PAGE, {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter_code(request: HttpRequest) -> HttpResponse:
    reference = request.session.get(_ASKED)
    if reference is None:
        return redirect("casefiles:follow_up")
    form = OneTimeCodeForm(request.POST or None)
    if form.is_valid():
        at = clock.now()
        throttles.require(request, "follow_up_code", key=reference, at=at)
        if case_file := check_code(reference, form.cleaned_data["code"], at=at):
            request.session.cycle_key()  # what was known before the code opens nothing
            del request.session[_ASKED]
            request.session[_OPENED] = [case_file.reference, (at + READABLE_FOR).isoformat()]
            return redirect("casefiles:follow_up_state")
        form.refuse()
    return render(request, "casefiles/follow_up_code.html", {"form": form, "reference": reference})


@require_safe
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """Name, reference, state, next step and moves: nothing else of the file."""
    reference, until = request.session.get(_OPENED, ("", ""))
    at = clock.now()
    if not reference or datetime.fromisoformat(until) <= at:
        request.session.pop(_OPENED, None)
        return redirect("casefiles:follow_up")
    case_file = CaseFile.objects.get(reference=reference)
    events = list(case_file.events.public())
    on = clock.paris_date(at)
    return render(
        request,
        "casefiles/follow_up_state.html",
        {
            "case_file": case_file,
            "programme": programmes[case_file.programme],
            "standing": standing(
                case_file,
                on=on,
                points=standing_points(case_file),
                hearing_on=hearing_date(events),
            ),
            "entries": [
                replace(entry, comment="")
                for entry in build_timeline(
                    case_file, [event for event in events if event.kind == EventKind.MOVED]
                )
            ],
        },
    )
