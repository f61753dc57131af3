"""To the identity provider, and back."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.provider import provider_classes
from apps.accounts.providers.oidc import IdentityProvider, remember_identity
from apps.accounts.providers.tokens import UntrustedAnswerError

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, path_name: str) -> HttpResponse:
    """GET: say where one is going. POST: go there (a link elsewhere cannot start it)."""
    provider = _provider_or_404(request, path_name)
    if request.method == "GET":
        return render(request, "socialaccount/login.html", {"provider": provider})
    try:
        return provider.redirect_from_request(request)
    except (UntrustedAnswerError, requests.RequestException) as error:
        return _failed(request, provider, error)


@login_not_required
@never_cache
@require_GET
def come_back(request: HttpRequest, path_name: str) -> HttpResponse:
    """The provider's answer: signed in, to be confirmed, cancelled, or refused with a page."""
    provider = _provider_or_404(request, path_name)
    state = statekit.unstash_state(
        request, state_id=request.GET.get("state", ""), provider_id=provider.id
    )
    if state is None:
        return _failed(request, provider, UntrustedAnswerError("an answer nobody asked for"))
    if request.GET.get("error") == "access_denied":
        return render_authentication_error(request, provider, error=AuthError.CANCELLED)
    try:
        login = provider.identify(request, code=request.GET.get("code", ""), state=state)
    except (UntrustedAnswerError, requests.RequestException, KeyError) as error:
        return _failed(request, provider, error)
    response = complete_social_login(request, login)
    remember_identity(request, login)
    return response


@login_not_required
@require_GET
def signed_out(request: HttpRequest, path_name: str) -> HttpResponse:
    """Back from signing out at the provider; here it was done before leaving."""
    _provider_or_404(request, path_name)
    return redirect(settings.ACCOUNT_LOGOUT_REDIRECT_URL)


def _provider_or_404(request: HttpRequest, path_name: str) -> IdentityProvider:
    """The provider of that address, when its environment variables switch it on."""
    for provider_class in provider_classes:
        if (
            provider_class.path_name == path_name
            and provider_class.id in settings.SOCIALACCOUNT_PROVIDERS
        ):
            provider: Any = get_adapter().get_provider(request, provider_class.id)
            return provider
    raise Http404


def _failed(request: HttpRequest, provider: IdentityProvider, error: Exception) -> HttpResponse:
    logger.warning("%s refused: %s", provider.id, error)
    return render_authentication_error(request, provider, exception=error)
