"""What a browser may do with a page that is the same for everybody.

A page that read no session gets an ETag, so that asking again costs no bytes; it may be shown
from a cache for ten seconds, then for a minute more while a fresh one is fetched. Pages that know
until when they hold say so themselves (kept_pages). The browser is also told which links may be
fetched ahead, as the pointer rests on them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.core.visitors import is_anybody

FRESH_FOR = timedelta(seconds=10)
SHOWN_WHILE_FETCHED = timedelta(seconds=60)
RULES_ADDRESS = "/speculation-rules.json"
# Never fetched ahead: what knows the reader, what begins something, what is downloaded.
_NOT_AHEAD = (
    *("/admin/*", "/compte/*", "/demo/*", "/jury/*", "/mon-espace/*", "/suivi/*"),
    *("/*/demande/*", "/*\\?*", "/*.*"),
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PublicPagesMiddleware:
    """Below the session's middleware, above all that may read the session or set a cookie."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (isinstance(response, HttpResponse) and _is_public_page(request, response)):
            return response
        # One request more: for pages whose first view leaves room for it (quality.md).
        if b"<script" not in response.content:
            response["Speculation-Rules"] = f'"{RULES_ADDRESS}"'
        if response.has_header("Cache-Control"):
            return response
        fresh, shown = (int(age.total_seconds()) for age in (FRESH_FOR, SHOWN_WHILE_FETCHED))
        response["Cache-Control"] = f"public, max-age={fresh}, stale-while-revalidate={shown}"
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
@cache_control(public=True, max_age=86_400)
def speculation_rules(request: HttpRequest) -> HttpResponse:
    """Links to fetch ahead, as Chromium reads them; other browsers ask for nothing."""
    public = {"href_matches": "/*"}
    private = {"not": {"href_matches": list(_NOT_AHEAD)}}
    ahead = {"where": {"and": [public, private]}, "eagerness": "moderate"}
    return JsonResponse({"prefetch": [ahead]}, content_type="application/speculationrules+json")


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
