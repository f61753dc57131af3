"""How often one address or one person may do what costs: codes by e-mail, uploads, exports.

Counted in PostgreSQL, so that every process on every machine counts together: one row for each
action and key, that says when all that was taken is worked off, at the pace of the rate. One
statement looks and takes: of many requests at the same instant, never more pass than the rate
says (docs/decisions/0033-throttles-in-postgresql.md). allauth counts its own pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache, wraps
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponseBase

from apps.core import clock

_UNITS = {"m": 60, "h": 3600, "d": 86400}
# One subscriber's network: a single machine may use all of its addresses.
_IPV6_PREFIX = 64
# All that tells whom a request comes from.
_CAME_BY = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR")
# What holds back for more than twice its period was counted by a clock set wrong: it is forgotten.
_PERIOD = "(%(periods)s::interval[])[array_position(%(keys)s::text[], known.key)]"
# Rows are met in the order of their keys, so that two requests never wait for each other.
_TAKE = f"""
    INSERT INTO throttle AS known (key, free_at)
    SELECT key, %(at)s + step
    FROM unnest(%(keys)s::text[], %(steps)s::interval[]) AS rate (key, step)
    ON CONFLICT (key) DO UPDATE
    SET free_at = (excluded.free_at - %(at)s) + CASE
        WHEN known.free_at > %(at)s + 2 * {_PERIOD} THEN %(at)s
        ELSE GREATEST(known.free_at, %(at)s) END
    WHERE known.free_at + (excluded.free_at - %(at)s) <= %(at)s + {_PERIOD}
       OR known.free_at > %(at)s + 2 * {_PERIOD}
    RETURNING key
"""  # noqa: S608 - our own words
_WAIT = """
    SELECT max(free_at + step - period - %(at)s) FROM throttle
    JOIN unnest(%(keys)s::text[], %(steps)s::interval[], %(periods)s::interval[])
      AS rate (key, step, period) USING (key)
    WHERE key = ANY(%(refused)s)
"""


class TooSoonError(Exception):
    """Answered by a page of its own, 429 (core.middleware)."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Rate:
    """`amount` at once, then as many again over `period`; counted by address, or by key."""

    amount: int
    period: timedelta
    by_address: bool

    @property
    def step(self) -> timedelta:
        return self.period / self.amount


@cache
def parse_rates(text: str) -> tuple[Rate, ...]:
    """« 20/m/ip,3/m/key »: amounts by minute, hour or day, by address or by key."""
    rates = []
    for part in text.split(","):
        amount, unit, counted_by = part.strip().split("/")
        rates.append(
            Rate(
                amount=int(amount),
                period=timedelta(seconds=_UNITS[unit]),
                by_address={"ip": True, "key": False}[counted_by],
            )
        )
    return tuple(rates)


def require(
    request: HttpRequest, action: str, *, key: str = "", amount: int = 1, at: datetime
) -> None:
    """Count an `action` of settings.THROTTLES; `key` is what it is about, or who does it.

    Raises TooSoonError, with the time to wait.
    """
    rates = parse_rates(settings.THROTTLES[action])
    network = client_network(request)
    counted = {f"{action}:{rate}:{network if rate.by_address else key}": rate for rate in rates}
    if wait := take(counted, amount=amount, at=at):
        raise TooSoonError(wait)


# Action and network: since when, and how many. Of this process, for a minute.
_seen: dict[tuple[str, str], tuple[datetime, int]] = {}
_SEEN_AT_MOST = 10_000
_SEEN_FOR = timedelta(minutes=1)
# What a process takes at once is this part of a rate: counting costs a query now and then.
_HANDFULS = 6


def require_beyond(request: HttpRequest, action: str, *, uncounted: int, at: datetime) -> None:
    """As `require`, for pages that people read: the first ones of a minute cost no query.

    Each process lets so many `uncounted` ones through, then takes them from PostgreSQL by the
    handful.
    """
    seen = (action, client_network(request))
    since, count = _seen.get(seen, (at, 0))
    if at - since >= _SEEN_FOR:
        since, count = at, 0
    if len(_seen) >= _SEEN_AT_MOST:
        _seen.clear()
    handful = min(max(1, uncounted), _handful(settings.THROTTLES[action]))
    if count >= uncounted and (count - uncounted) % handful == 0:
        require(request, action, amount=handful, at=at)
    _seen[seen] = (since, count + 1)


@cache
def _handful(rates: str) -> int:
    return max(1, min(rate.amount for rate in parse_rates(rates)) // _HANDFULS)


def forget_seen() -> None:
    """Count anew, in this process."""
    _seen.clear()


def take(rates: Mapping[str, Rate], *, amount: int = 1, at: datetime) -> timedelta | None:
    """Count so many for each key; or the time to wait when one of them has not as many left.

    One statement, or two. What the other keys gave is not given back: trying again costs.
    """
    # An address or a reference is nobody's business once it is counted.
    by_digest = {sha256(key.encode()).hexdigest(): rate for key, rate in rates.items()}
    keys = sorted(by_digest)
    values: dict[str, Any] = {
        "at": at,
        "keys": keys,
        "steps": [by_digest[key].step * amount for key in keys],
        "periods": [by_digest[key].period for key in keys],
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(_TAKE, values)
        refused = set(keys) - {key for (key,) in cursor.fetchall()}
        if not refused:
            return None
        cursor.execute(_WAIT, values | {"refused": list(refused)})
        (wait,) = cursor.fetchone()
    # None when they were forgotten meanwhile: all of it was worked off.
    return max(wait or timedelta(), timedelta(seconds=1))


def forget_worked_off(*, at: datetime) -> int:
    """Remove the rows that no longer hold anybody back; how many. May run twice."""
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM throttle WHERE free_at <= %s", [at])
        return int(cursor.rowcount)


def client_network(request: HttpRequest) -> str:
    """Whom to count, behind the proxies that the settings trust (TRUSTED_PROXY_COUNT)."""
    address, forwarded = (request.META.get(name, "") for name in _CAME_BY)
    return _network(address, forwarded, getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0))


@lru_cache(maxsize=1000)
def _network(came_from: str, forwarded: str, proxies: int) -> str:
    """As allauth finds it, of a request that has nothing else to be read."""
    asked = HttpRequest()
    found = zip(_CAME_BY, (came_from, forwarded), strict=True)
    asked.META = {name: value for name, value in found if value}
    address = get_adapter(asked).get_client_ip(asked)
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/{_IPV6_PREFIX}", strict=False))
    return str(address)


View = Callable[..., HttpResponseBase]


def limited(action: str) -> Callable[[View], View]:
    """Decorator: `action` is counted for each signed-in person who asks for this page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request, action, key=str(request.user.pk), at=clock.now())
            return view(request, *args, **kwargs)

        return page

    return decorate
