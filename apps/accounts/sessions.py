"""What a session keeps between two pages of signing in, and how all of them end at once."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest

from apps.accounts.models import User


def end_sessions(*, user: User) -> None:
    """Make every session of `user` worthless, on all their devices.

    The number goes into the hash that Django compares on each request
    (User.get_session_auth_hash), so no session has to be looked for. To keep the session of the
    current request, call django.contrib.auth.update_session_auth_hash afterwards.
    """
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
    user.refresh_from_db(fields=["session_version"])


def remember_typed_email(request: HttpRequest, email: str) -> None:
    """Keep the address, so that no page of signing in or up asks for it twice."""
    request.session["typed_email"] = email


def typed_email(request: HttpRequest) -> str:
    return request.session.get("typed_email", "")
