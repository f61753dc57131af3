"""Public pages, and parts of them, that say the same thing as long as the facts are the same.

Drawing a page costs several times what reading its facts does. The facts are read for each
request; the words drawn from them are kept in the memory of the process, under those very facts.
A changed fact is another key: nothing old is ever shown, and nothing has to be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.core.visitors import is_anybody

_KEPT_AT_MOST = 64
# Addresses of public pages times the facts of a day or two: about two megabytes.
_PAGES_AT_MOST = 200

# A page's bytes, cut where the visitor's token goes: in one piece where it has no form to send.
_pages: dict[tuple[str, str, Hashable], tuple[bytes, ...]] = {}
# No text that anybody types has it.
_TOKEN = f"-token-{token_hex(16)}-"


def draw_once(template: str, facts: Hashable) -> SafeString:
    """`template` drawn with `facts`, a frozen value that holds all that it reads.

    It has no request: neither who reads nor the address may change a word. Drawn anew each time
    while developing, where templates change.
    """
    return _draw(template, facts) if settings.DEBUG else _kept(template, facts)


def _draw(template: str, facts: Hashable) -> SafeString:
    return render_to_string(template, {"facts": facts})


_kept = lru_cache(maxsize=_KEPT_AT_MOST)(_draw)


def draw_page(
    request: HttpRequest,
    template: str,
    make: Callable[[], dict[str, Any]],
    *,
    facts: Hashable = (),
) -> HttpResponse:
    """A whole page for anybody: `template` with the context `make()`, drawn once for an address
    and `facts`, a frozen value that holds all that differs from one visit to the next.

    A form to send gets each visitor's own token, and the cookie that goes with it. Drawn anew for
    whoever comes with a session or a message waiting, and each time while developing.
    """
    if settings.DEBUG or not is_anybody(request):
        return render(request, template, make())
    key = (template, request.path, facts)
    pieces = _pages.get(key)
    if pieces is None:
        drawn = render(request, template, make() | {"csrf_token": _TOKEN})
        pieces = tuple(drawn.content.split(_TOKEN.encode()))
        if len(_pages) >= _PAGES_AT_MOST:
            _pages.clear()
        _pages[key] = pieces
    if len(pieces) == 1:
        return HttpResponse(pieces[0])
    return HttpResponse(get_token(request).encode().join(pieces))


def forget_drawn() -> None:
    """Draw everything anew, in this process."""
    _kept.cache_clear()
    _pages.clear()
