"""Health probes for whatever watches the portal: plain text, no page around."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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
