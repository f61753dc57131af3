"""Signing a person out everywhere at once."""

from __future__ import annotations

from django.db.models import F

from apps.accounts.models import User


def end_sessions(*, user: User) -> None:
    """Make every session of `user` worthless, on all their devices.

    The number goes into the hash that Django compares on each request
    (User.get_session_auth_hash), so no session has to be looked for. To keep the session of the
    current request, call django.contrib.auth.update_session_auth_hash afterwards.
    """
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
    user.refresh_from_db(fields=["session_version"])
