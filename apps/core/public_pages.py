"""What a browser may do with a page that is the same for everybody.

A page that read no session gets an ETag, so that asking again costs no bytes; it may be shown
from a cache for ten seconds, then for a minute more while a fresh one is fetched. Pages that know
until when they hold say so themselves (kept_pages). Only such pages are fetched ahead of a visit
(fetch_ahead).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from apps.core.visitors import awaits_message, is_anybody

FRESH_FOR = timedelta(seconds=10)
SHOWN_WHILE_FETCHED = timedelta(seconds=60)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PublicPagesMiddleware:
    """Below the session's middleware, above all that may read the session or set a cookie."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if awaits_message(request) and _is_asked_ahead(request):
            # It would be told on a page that is perhaps never opened.
            return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
        response = self.get_response(request)
        if not (isinstance(response, HttpResponse) and _is_public_page(request, response)):
            return response
        if response.has_header("Cache-Control"):
            return response
        fresh, shown = (int(age.total_seconds()) for age in (FRESH_FOR, SHOWN_WHILE_FETCHED))
        response["Cache-Control"] = f"public, max-age={fresh}, stale-while-revalidate={shown}"
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response


def _is_asked_ahead(request: HttpRequest) -> bool:
    return "prefetch" in request.headers.get("Sec-Purpose", "")


def _is_public_page(request: HttpRequest, response: HttpResponse) -> bool:
    """A page for anybody, asked by somebody with neither session nor message waiting: nothing of
    a session was read, no cookie is set."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == HTTPStatus.OK
        and response.get("Content-Type", "").startswith("text/html")
        and not response.cookies
        and is_anybody(request)
        and "Cookie" not in response.get("Vary", "")
        and not request.session.accessed
        and "no-store" not in response.get("Cache-Control", "")
    )
