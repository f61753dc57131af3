"""How long to wait where allauth refuses, which it does not say: read from its own counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.core.internal.ratelimit import Rate, get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.core import clock
from apps.core.views import too_many_requests

_APP = "allauth.account"
# Fields of its forms where an address is typed.
_TYPED = ("login", "email")


def too_many_on_account_pages(request: HttpRequest) -> HttpResponse:
    """The page of whoever comes too often, with the moment to come back (handler429)."""
    return too_many_requests(request, longest_wait(request))


def longest_wait(request: HttpRequest) -> timedelta | None:
    """Until every rate of allauth lets this person try again; None when none holds them back."""
    now = clock.now().timestamp()
    waits = [
        wait
        for action in app_settings.RATE_LIMITS
        for rate in get_rates(app=_APP, action=action)
        for history in _histories(request, action, rate)
        if (wait := _wait(history, rate, now=now)) > 0
    ]
    return timedelta(seconds=max(waits)) if waits else None


def _wait(history: list[float], rate: Rate, *, now: float) -> float:
    """Seconds until the oldest of the last tries no longer counts; newest first in `history`."""
    if len(history) < rate.amount:
        return 0
    return history[rate.amount - 1] + rate.duration - now


def _histories(request: HttpRequest, action: str, rate: Rate) -> Iterator[list[float]]:
    user: Any = request.user if isinstance(request.user, User) else None
    if rate.per == "user" and user is None:
        return
    for key in _addresses(request, user) if rate.per == "key" else (None,):
        name = get_cache_key(request, app=_APP, action=action, rate=rate, key=key, user=user)
        yield cache.get(name, [])


def _addresses(request: HttpRequest, user: User | None) -> set[str]:
    typed = {request.POST.get(name, "").strip().lower() for name in _TYPED}
    return (typed | {user.email if user else ""}) - {""}
