"""What signing in asks after the e-mail code or the password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage


class SecondFactorStage(AuthenticateStage):
    """Ask for the second factor, unless it is an applicant's passkey alone.

    Applicants add a passkey for comfort; losing the phone that holds it must not lock them out
    of their files, so a code by e-mail stays enough. Staff, and applicants who chose an
    authenticator app, are always asked.
    """

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and not user.is_staff and not _has_app(user.pk):
            return None, True
        return super().handle()


def _has_app(user_pk: int) -> bool:
    return Authenticator.objects.filter(user_id=user_pk, type=Authenticator.Type.TOTP).exists()
