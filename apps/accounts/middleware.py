"""Staff pages: a second factor (settings.STAFF_SECOND_FACTOR), and no session left open."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user, logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from apps.accounts.models import User
from apps.accounts.second_factor import confirmation_page, gave_second_factor
from apps.accounts.sessions import remember_typed_email
from apps.core import clock

GetResponse = Callable[[HttpRequest], HttpResponse]
_SEEN_AT = "staff_seen_at"
_SEEN_AT_PRECISION = 60  # seconds: one session write a minute at most


class StaffSecondFactorMiddleware:
    """Without the second factor, or left idle, staff keep their own files but none of their roles.

    Roles are suspended everywhere (User.has_role answers no); on the staff's pages the person
    is also led to set a second factor up, or to give it. The user is only read when a view asks,
    so that public pages stay free of queries and of `Vary: Cookie`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]
        if (
            _is_staff_page(request)
            and request.user.is_authenticated
            and request.user.roles_suspended
            and not _is_idle(request, request.user)
        ):
            return _ask_second_factor(request, request.user)
        return self.get_response(request)


class StaffIdleMiddleware:
    """Close a staff session after settings.STAFF_IDLE_MINUTES without a request of theirs.

    It closes on the staff's pages; until then, elsewhere, roles are suspended as above.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            _is_staff_page(request)
            and request.user.is_authenticated
            and _is_idle(request, request.user)
        ):
            email = request.user.email
            logout(request)
            remember_typed_email(request, email)
            messages.info(
                request,
                f"Votre session a été fermée après {settings.STAFF_IDLE_MINUTES} minutes "
                "sans activité. Connectez-vous pour continuer.",
            )
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if isinstance(user, User) and user.is_staff:
        lacks_factor = settings.STAFF_SECOND_FACTOR and not gave_second_factor(request, user)
        user.roles_suspended = _is_idle(request, user) or lacks_factor
    return user


# The back office, and the space where a jury reads (docs/decisions/0026-the-jury.md).
_STAFF_PAGES = ("/admin/", "/jury/")


def _is_staff_page(request: HttpRequest) -> bool:
    """Under one of them, but for signing out, which nobody should be kept from."""
    return request.path.startswith(_STAFF_PAGES) and request.path != "/admin/logout/"


def _ask_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    if page := confirmation_page(user):
        return redirect_to_login(request.get_full_path(), login_url=page)
    return redirect("mfa_index")


def _is_idle(request: HttpRequest, user: User) -> bool:
    """Whether too much time went by since the last request, which this one now becomes."""
    now = clock.now().timestamp()
    seen_at = request.session.get(_SEEN_AT) or _signed_in_at(request, user) or now
    if now - seen_at > settings.STAFF_IDLE_MINUTES * 60:
        return True
    if _SEEN_AT not in request.session or now - seen_at > _SEEN_AT_PRECISION:
        request.session[_SEEN_AT] = now
    return False


def _signed_in_at(request: HttpRequest, user: User) -> float | None:
    """A session that has not been used since it was opened is idle since then."""
    records = get_authentication_records(request, user)
    return max((record["at"] for record in records), default=None)
