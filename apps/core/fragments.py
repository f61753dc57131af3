"""Parts of public pages that say the same thing as long as the facts are the same.

Drawing a page costs several times what reading its facts does. The facts are read for each
request; the words drawn from them are kept in the memory of the process, under those very facts.
A changed fact is another key: nothing old is ever shown, and nothing has to be forgotten.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

_KEPT_AT_MOST = 64


def draw_once(template: str, facts: Hashable) -> SafeString:
    """`template` drawn with `facts`, a frozen value that holds all that it reads.

    It has no request: neither who reads nor the address may change a word. Drawn anew each time
    while developing, where templates change.
    """
    return _draw(template, facts) if settings.DEBUG else _kept(template, facts)


def _draw(template: str, facts: Hashable) -> SafeString:
    return render_to_string(template, {"facts": facts})


_kept = lru_cache(maxsize=_KEPT_AT_MOST)(_draw)
