"""Read from a copy of the database where a moment's delay does no harm, and nowhere else.

With settings.DATABASES["replica"], pages of settings.REPLICA_PAGES read the copy (a streaming
replica of PostgreSQL); whoever has just written reads the copy only once it has what they wrote.
Accounts, sessions and throttles always come from the primary: a right taken back ends at once.
When the copy does not answer, the same page is read from the primary.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

logger = logging.getLogger(__name__)

ALIAS = "replica"
# How far the primary had written when this browser last posted something, in bytes.
COOKIE = "__Host-wrote" if settings.SESSION_COOKIE_SECURE else "wrote"
# After that, a copy this late is stopped by its operators, not waited for by people.
_COOKIE_AGE = timedelta(minutes=5)
# A copy that failed is left alone for a while: each try costs somebody its time-out.
_REST = 30.0
_ALWAYS_PRIMARY = frozenset(
    {"accounts", "account", "admin", "auth", "contenttypes", "django_cache"}
    | {"mfa", "procrastinate", "sessions", "sites", "socialaccount"}
)

_reading: ContextVar[bool] = ContextVar("reading_the_replica", default=False)


def reading_alias() -> str:
    """The database that the request under way reads: for queries written as SQL."""
    return ALIAS if _reading.get() else DEFAULT_DB_ALIAS


class ReplicaRouter:
    """For settings.DATABASE_ROUTERS: reads go where `reading_alias` says, writes to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        is_primary = model._meta.app_label in _ALWAYS_PRIMARY  # noqa: SLF001 - Django's way
        return DEFAULT_DB_ALIAS if is_primary else reading_alias()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *rows: Any, **hints: Any) -> bool:
        return True  # both are the same rows

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS


class ReplicaMiddleware:
    """Choose the database of each page, and note how far the others wrote."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if ALIAS not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._rests_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _reading.set(False)
        try:
            response = self.get_response(request)
        finally:
            _reading.reset(token)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            # Without a primary nothing was written, and the answer says so.
            with suppress(OperationalError):
                _note_what_was_written(response)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        if request.method not in ("GET", "HEAD") or not _may_lag(request):
            return
        if time.monotonic() < self._rests_until:
            return
        try:
            _reading.set(_has(request.COOKIES.get(COOKIE, "")))
        except OperationalError as error:
            self._rest(error)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """The copy failed half-way: the page is read again, from the primary."""
        if not isinstance(exception, OperationalError) or not _reading.get():
            return None
        self._rest(exception)
        _reading.set(False)
        match: Any = request.resolver_match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response

    def _rest(self, error: OperationalError) -> None:
        logger.warning("The replica does not answer; reading from the primary: %s", error)
        self._rests_until = time.monotonic() + _REST


def _may_lag(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    names = {match.namespace, match.view_name}
    is_list = match.namespace == "admin" and match.view_name.endswith("_changelist")
    return bool(names & settings.REPLICA_PAGES) or is_list


def _has(position: str) -> bool:
    """Whether the copy has all that was written up to `position`; one query when it says any.

    Raises OperationalError. A copy that was promoted has everything.
    """
    if not (position.isdecimal() and len(position) < 20):
        return True
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') >= %s, true)",
            [int(position)],
        )
        (is_there,) = cursor.fetchone()
    return bool(is_there)


def _note_what_was_written(response: HttpResponse) -> None:
    """Side effects: a query on the primary, and a cookie for this browser's next pages."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
        (position,) = cursor.fetchone()
    response.set_cookie(
        COOKIE,
        str(position),
        max_age=_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
