"""The second factor of staff: given in this session or not, lost, taken away."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.sessions import end_sessions

# A recovery code replaces a lost authenticator, it is not one.
_AUTHENTICATORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def confirmation_page(user: User) -> str:
    """Address where `user` gives their second factor; empty when they have none yet."""
    held = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if Authenticator.Type.WEBAUTHN in held:
        return reverse("mfa_reauthenticate_webauthn")
    if Authenticator.Type.TOTP in held:
        return reverse("mfa_reauthenticate")
    return ""


def gave_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened, or confirmed, with more than an e-mail or a password."""
    return any(entry["method"] == "mfa" for entry in get_authentication_records(request, user))


def count_new_authenticator(
    *, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Setting up an authenticator proves that it is at hand: do not ask for it again at once.

    Receiver of allauth's `authenticator_added` (recovery codes are not an authenticator).
    """
    if authenticator.type in _AUTHENTICATORS:
        proof = {"id": authenticator.pk, "type": str(authenticator.type)}
        record_authentication(request, user, "mfa", reauthenticated=True, **proof)


@transaction.atomic
def reset_second_factor(*, user: User) -> None:
    """For someone who lost their phone and their recovery codes, after a check of identity.

    Side effects: every passkey, authenticator app and recovery code of `user` is removed; their
    sessions end. Staff set up a new one at their next sign-in.
    """
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)
