"""Serving answers that are the same for everybody until the next opening or closing.

A rendered answer is kept for ten seconds in the memory of the process: under load a page costs
one look-up in a dictionary, and a number that staff correct is right everywhere ten seconds
later. Browsers and proxies may keep it for five minutes, and never past the instant at which it
changes. Nothing here reads the session.

While the database is away, the last answer of each address is given again, with the hour that it
dates from (apps.core.last_known).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from apps.core import clock
from apps.core.last_known import LastKnown, recall, remember

MAX_AGE = timedelta(minutes=5)
KEPT_FOR = timedelta(seconds=10)
# About the memory of one upload; a crawler that reads every poster does not go beyond.
KEPT_AT_MOST = 100
_ASK_AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class Page:
    """A rendered answer, true until `holds_until`."""

    content: bytes
    content_type: str
    holds_until: datetime


@dataclass(frozen=True)
class KeptPage:
    """The page of an address, « path?query », that this process gives until `kept_until`."""

    address: str
    page: Page
    etag: str
    made_at: datetime
    kept_until: datetime

    def is_given(self, at: datetime) -> bool:
        """Whether `serve` would give this very page."""
        return _kept.get(self.address) is self and self._is_fresh(at)

    def _is_fresh(self, at: datetime) -> bool:
        return self.made_at <= at < self.kept_until  # a clock may be set back

    @property
    def as_last_known(self) -> LastKnown:
        return LastKnown(self.page.content, self.page.content_type, self.made_at)


class KeptResponse(HttpResponse):
    """An answer whose content is that of `kept`, where it may be given again (kept_answers)."""

    kept: KeptPage | None = None


_kept: dict[str, KeptPage] = {}
_NEVER = datetime(1970, 1, 2, tzinfo=UTC)
# The database did not answer: until then it is not asked again for a page that has a copy.
_away = {"until": _NEVER}


def serve(
    request: HttpRequest,
    make: Callable[[datetime], Page | HttpResponse],
    *,
    query: str = "",
    looks_first: bool = False,
) -> HttpResponseBase:
    """The page at this address, made by `make(now)` unless a fresh one is kept.

    `make` may also answer with a response (a redirection), which is not kept, or raise Http404.
    What it reads of the query string is in `query`, in one order; the rest changes nothing.
    A view that `looks_first` at the database, before it comes here, does so for each visit: its
    answers are never given without it (kept_answers).
    """
    at = clock.now()
    address = f"{request.path}?{query}"
    kept = _kept.get(address)
    if kept is None or not kept.is_given(at):
        if _away["until"] - _ASK_AGAIN_AFTER <= at < _away["until"] and (
            copy := _last_known(address, kept)
        ):
            return _dated(copy)
        try:
            made = make(at)
        except (OperationalError, InterfaceError):
            if copy := _last_known(address, kept):
                _away["until"] = at + _ASK_AGAIN_AFTER
                return _dated(copy)
            raise
        if isinstance(made, HttpResponse):
            return made
        kept = _keep(address, made, at)
    response = _response(kept.page, at)
    response["ETag"] = kept.etag
    if not looks_first:
        response.kept = kept
    return get_conditional_response(request, etag=kept.etag, response=response) or response


def draw(make: Callable[[datetime], Page | HttpResponse]) -> HttpResponse:
    """The same for one visitor: made now, and not kept here."""
    at = clock.now()
    made = make(at)
    return made if isinstance(made, HttpResponse) else _response(made, at)


def _response(page: Page, at: datetime) -> KeptResponse:
    response = KeptResponse(page.content, content_type=page.content_type)
    let_keep_until(response, page.holds_until, at=at)
    return response


def let_keep_until(response: HttpResponse, holds_until: datetime, *, at: datetime) -> None:
    """Browsers and proxies may keep a public answer until then, and for MAX_AGE at most; as long
    again, and never past that instant, they may show it while they fetch the next one."""
    left = max(0, int((holds_until - at).total_seconds()))
    age = min(int(MAX_AGE.total_seconds()), left)
    shown = min(age, left - age)
    stale = f", stale-while-revalidate={shown}" if shown else ""
    response["Cache-Control"] = f"public, max-age={age}{stale}"


def forget_pages() -> None:
    """Render every page anew, in this process."""
    _kept.clear()
    _away["until"] = _NEVER


def _last_known(address: str, kept: KeptPage | None) -> LastKnown | None:
    """What this process gave last, else any process of this machine."""
    return kept.as_last_known if kept else recall(address)


def _dated(copy: LastKnown) -> HttpResponse:
    """No cache may hold it: the right answer is awaited any moment."""
    response = HttpResponse(copy.dated(), content_type=copy.content_type)
    response["Cache-Control"] = "no-store"
    response["Last-Modified"] = http_date(copy.made_at.timestamp())
    return response


def _keep(address: str, page: Page, at: datetime) -> KeptPage:
    if len(_kept) >= KEPT_AT_MOST:
        _kept.clear()
    kept = KeptPage(
        address=address,
        page=page,
        etag=f'"{sha256(page.content).hexdigest()[:32]}"',
        made_at=at,
        kept_until=min(at + KEPT_FOR, page.holds_until),
    )
    _kept[address] = kept
    remember(address, kept.as_last_known)
    return kept
