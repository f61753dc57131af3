"""What every request meets: how often it may come; and what every answer says to browsers."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPMethod

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.core import clock, throttles
from apps.core.views import too_many_requests

_NEVER_USED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
    *("microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb"),
    "xr-spatial-tracking",
)
GetResponse = Callable[[HttpRequest], HttpResponse]
_WITH_FILES = "multipart/form-data"
# Forms with files in a minute that nobody counts: somebody who joins their pieces.
UNCOUNTED = 30


# What no page of ours uses, ours included; passkeys are asked for by our own pages only.
_PERMISSIONS = ", ".join(
    (
        *(f"{feature}=()" for feature in sorted(_NEVER_USED)),
        *(f"publickey-credentials-{act}=(self)" for act in ("create", "get")),
    )
)
# No script of Django's admin (jQuery) asks for a policy before it writes into the page.
_WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}
_DESK = "/admin/"
# Of what no view answers (static files, redirections): opened by itself, it loads and runs nothing.
_POLICY_OF_FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class HeadersMiddleware:
    """On every answer, files and errors included: it stands first.

    Nobody else's page shows ours or reads what it answers. Django and django-csp add theirs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not settings.DEBUG:  # Django's own pages of errors have styles inside
            response.headers.setdefault("Content-Security-Policy", _POLICY_OF_FILES)
        return response


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, which writes the policy once for all the pages that change nothing of it.

    Trusted Types are left out of the back office.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith(_DESK):
            leave_out_trusted_types(response)
        changes = any(name.startswith("_csp") for name in (*vars(request), *vars(response)))
        if changes or settings.DEBUG or response.has_header(HEADER):
            return super().process_response(request, response)
        response.headers[HEADER] = self._policy
        return response


def leave_out_trusted_types(response: HttpResponseBase) -> None:
    """For a page whose library writes HTML by itself: Django's admin, Leaflet."""
    replaced = getattr(response, "_csp_replace", None) or {}
    response._csp_replace = {**replaced, **_WITHOUT_TRUSTED_TYPES}  # type: ignore[attr-defined]  # noqa: SLF001 - as django-csp's decorators do


class ThrottleMiddleware:
    """Answer 429 where a view asks too often of its throttle; count forms that carry files.

    Those are counted before anything reads them: it stands above the middleware that looks for
    the token in the form.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == HTTPMethod.POST and request.content_type == _WITH_FILES:
            try:
                throttles.require_beyond(request, "upload", uncounted=UNCOUNTED, at=clock.now())
            except throttles.TooSoonError as refusal:
                return too_many_requests(request, refusal.wait)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, throttles.TooSoonError):
            return too_many_requests(request, error.wait)
        return None
