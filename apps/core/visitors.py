"""What may be shown to all, told by what a visitor brings. The one rule, for every kept page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from apps.core.message_storage import COOKIE as MESSAGES_COOKIE


def is_anybody(request: HttpRequest) -> bool:
    """Whether this visitor has neither a session nor a message waiting: a page drawn for them says
    nothing of them, and may be kept for others."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and not awaits_message(request)


def awaits_message(request: HttpRequest) -> bool:
    """Whether the next page tells this visitor something, once."""
    return MESSAGES_COOKIE in request.COOKIES
