"""Django's messages to the next page, in a cookie that only our own host may set."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

# A browser takes « __Host- » over HTTPS only, for this host and every path.
COOKIE = "__Host-messages" if settings.SESSION_COOKIE_SECURE else "messages"


class HostCookieStorage(CookieStorage):
    cookie_name = COOKIE


class MessagesMiddleware(MessageMiddleware):
    """Django's, which prepares the storage of a visitor's messages only once somebody asks."""

    def process_request(self, request: HttpRequest) -> None:
        request._messages = SimpleLazyObject(partial(self._open, request))  # type: ignore[attr-defined]  # noqa: SLF001 - Django's name

    def _open(self, request: HttpRequest) -> BaseStorage:
        request.has_opened_messages = True  # type: ignore[attr-defined]
        return default_storage(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not hasattr(request, "has_opened_messages"):
            return response
        return super().process_response(request, response)


class MessageStorage(FallbackStorage):
    """In the cookie; in the session what does not fit."""

    storage_classes = (HostCookieStorage, SessionStorage)
