"""Health probes for whatever watches the portal, and the page of who comes too often."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from math import ceil

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.consistency import last_run


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 « ok »: this process answers. Touches nothing else, so that a slow database never
    makes a supervisor restart the web processes."""
    return _plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 « ok » when requests can be served, else 503 and the reason.

    Contradictions in the data are told, and close nothing.
    """
    if reason := why_not_ready():
        return _plain(reason, status=503)
    run = last_run()
    if run and run.count:
        return _plain(f"ok, but {run.count} contradictions (manage.py check_consistency)")
    return _plain("ok")


def why_not_ready() -> str:
    """Reason why this process cannot serve: no database, or migrations not applied; else ""."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "database unreachable"
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations not applied" if waiting else ""


def _plain(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


# Never written back on a page: what somebody knows, and the form's own token.
_NEVER_SHOWN = {"password", "oldpassword", "password1", "password2", "code", "csrfmiddlewaretoken"}


def too_many_requests(request: HttpRequest, wait: timedelta | None = None) -> HttpResponse:
    """429: when to come back, and what was typed, to be sent again by one button.

    Also allauth's page (accounts.waits).
    """
    now = clock.now()
    # A form with files is not read: what came with it is what is refused.
    typed = request.POST if request.content_type != "multipart/form-data" else QueryDict()
    context = {
        "wait": wait,
        "back_at": now + wait if wait else None,
        "is_today": wait is None or clock.paris_date(now + wait) == clock.paris_date(now),
        "typed": [
            (name, value)
            for name, values in typed.lists()
            if name not in _NEVER_SHOWN
            for value in values
        ],
    }
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(ceil((wait or timedelta(minutes=1)).total_seconds()))
    response["Cache-Control"] = "no-store"
    return response
