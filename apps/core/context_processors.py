"""Values that every page needs: no query here, and no session for a visitor who has none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from apps.core.visitors import is_anybody


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal_demo": settings.DEMO,
        "guichet_phone": settings.GUICHET["phone_e164"],
        "canonical_url": f"{settings.PUBLIC_URL}{request.path}",
        "guichet": settings.GUICHET,
        "portal_messages": _messages(request),
    }


def _messages(request: HttpRequest) -> Iterable[Any]:
    """Django's messages, only where a cookie can carry some.

    Asking for them reads the session, and a page that has read the session varies by cookie: no
    shared cache would keep it.
    """
    return () if is_anybody(request) else get_messages(request)
