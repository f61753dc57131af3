"""Django's messages to the next page, in a cookie that only our own host may set."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

# A browser takes « __Host- » over HTTPS only, for this host and every path.
COOKIE = "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class HostCookieStorage(CookieStorage):
    cookie_name = COOKIE


class MessageStorage(FallbackStorage):
    """In the cookie; in the session what does not fit."""

    storage_classes = (HostCookieStorage, SessionStorage)
