"""Kept pages (kept_pages) given before anything else looks at the request.

All that stands between the server and a kept page (sessions, tokens, policies) says the same of it
each time, to anybody who plainly asks for it. So the first answer that went out to such a visitor
is given again, with every header that it had, as long as the page that it holds would be. Whoever
has a session or a message, asks whether the page has changed, or waited longer than the page may,
is answered by the whole chain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from apps.core import clock
from apps.core.kept_pages import KeptPage, KeptResponse, let_keep_until
from apps.core.load_shedding import is_put_off
from apps.core.visitors import is_anybody

# As many addresses as kept pages have, times the ways to write them.
_ANSWERS_AT_MOST = 500
_CONDITIONS = (
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"),
    *("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"),
)

# Everything that the chain may decide by: scheme, host, path, query string.
_Address = tuple[bool, str, str, str]


@dataclass(frozen=True)
class _Answer:
    kept: KeptPage
    headers: dict[str, str]
    match: ResolverMatch | None


_answers: dict[_Address, _Answer] = {}


class KeptAnswersMiddleware:
    """The first of all, so that what it keeps has every header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _asks_plainly(request):
            return self.get_response(request)
        address = _address(request)
        answer, at = _answers.get(address), clock.now()
        if answer is not None and answer.kept.is_given(at):
            request.resolver_match = answer.match  # whose page it is, for the figures
            page = answer.kept.page
            given = HttpResponse(page.content, headers=answer.headers)
            let_keep_until(given, page.holds_until, at=at)
            return given
        response = self.get_response(request)
        _keep(address, request, response)
        return response


def _asks_plainly(request: HttpRequest) -> bool:
    """For the page itself, as anybody may."""
    return (
        request.method in ("GET", "HEAD")
        and is_anybody(request)
        and not any(condition in request.META for condition in _CONDITIONS)
        and not is_put_off(request)
    )


def _address(request: HttpRequest) -> _Address:
    """The host is kept as it came: one that is refused is refused each time."""
    asked = request.META
    host = asked.get("HTTP_HOST") or asked["SERVER_NAME"]
    return request.is_secure(), host, request.path, asked.get("QUERY_STRING", "")


def _keep(address: _Address, request: HttpRequest, response: HttpResponseBase) -> None:
    """Side effect: the next visitor gets the same, where it is the same for everybody."""
    if not isinstance(response, KeptResponse) or (kept := response.kept) is None:
        return
    if (
        response.status_code != HTTPStatus.OK
        or response.cookies
        or response.has_header("Vary")
        or response.content != kept.page.content
    ):
        return
    if len(_answers) >= _ANSWERS_AT_MOST:
        _answers.clear()
    _answers[address] = _Answer(kept, dict(response.items()), request.resolver_match)
