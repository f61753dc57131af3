"""When requests wait too long for their turn, ask visitors to come back for what can wait.

The proxy stamps each request as it arrives (`X-Request-Start: t=1732280000.123`, seconds); how old
the stamp is when we read it is how long the queue is. What can wait longest is put off first. What
is never put off: the doctor's line to call today, whatever somebody has typed and sends, signing
in, beginning a request (on a campaign's last day nobody can come back), one's own files, and what
watches the portal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from math import inf

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from apps.core import clock

COME_BACK_AFTER = 30  # seconds
# A clock that differs more than this from the proxy's says nothing of the queue.
_LONGEST_WAIT = 120.0


class LoadSheddingMiddleware:
    """503 and « revenez dans un instant », without a query, for the pages whose turn it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _come_back() if is_put_off(request) else self.get_response(request)


def is_put_off(request: HttpRequest) -> bool:
    """Whether this page waited longer than it may; nothing that is sent ever is."""
    if request.method not in ("GET", "HEAD"):
        return False
    waited = seconds_waited(request)
    return waited > 0 and waited > patience(request.path)


def seconds_waited(request: HttpRequest) -> float:
    """Between the proxy and us; 0 when nothing says so."""
    stamp = request.META.get("HTTP_X_REQUEST_START", "").removeprefix("t=")
    if not stamp:
        return 0.0
    try:
        waited = clock.now().timestamp() - float(stamp)
    except ValueError:
        return 0.0
    return waited if 0 < waited < _LONGEST_WAIT else 0.0


def patience(path: str) -> float:
    """Seconds of queue after which this page is put off; infinite for what never is."""
    if path.endswith(settings.NEVER_SHED):
        return inf
    prefixes = [prefix for prefix in settings.SHED_AFTER if path.startswith(prefix)]
    return settings.SHED_AFTER[max(prefixes, key=len)] if prefixes else inf


def _come_back() -> HttpResponse:
    return HttpResponse(
        _page(),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(COME_BACK_AFTER), "Cache-Control": "no-store"},
    )


@cache
def _page() -> str:
    return render_to_string("503.html", {"seconds": COME_BACK_AFTER})
