"""Signing in with an OpenID Connect provider, without trusting what comes through the browser.

allauth's generic provider sends no nonce, lets a visitor add parameters to the request
(`?auth_params=…&scope=…`) and does not read a signed userinfo: hence our own. Each provider
(franceconnect.py and its neighbours) only says what it asks for and what it gives.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import Any, ClassVar
from urllib.parse import urlencode

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider, ProviderAccount
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.accounts.providers.tokens import UntrustedAnswerError, signed_claims

_DISCOVERY_SECONDS = 3600
_SESSION_KEY = "identity_provider"


class IdentityProvider(Provider):
    """One provider; allauth finds its subclasses in apps.accounts.provider."""

    id: str
    name: str
    account_class = ProviderAccount
    supports_redirect = True
    # Last part of our addresses: /compte/services/<path_name>/…
    path_name: ClassVar[str]
    # « Qu’est-ce que … ? »
    help_url: ClassVar[str] = ""
    scope: ClassVar[str]
    # Extra parameters of the request, beyond what the standard demands.
    request_parameters: ClassVar[dict[str, str]] = {}
    # Levels of assurance accepted from the id_token; empty: the provider states none.
    accepted_levels: ClassVar[frozenset[str]] = frozenset()
    # Whether userinfo is itself a signed JWT.
    signs_userinfo: ClassVar[bool]
    # Our name of a claim → theirs. Nothing else of the answer is kept.
    claims: ClassVar[dict[str, str]]

    def get_login_url(self, request: HttpRequest, **parameters: Any) -> str:
        url = reverse("identity_start", args=[self.path_name])
        return f"{url}?{urlencode(parameters)}" if parameters else url

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **ignored: Any,
    ) -> HttpResponse:
        """Send the visitor to the provider; what the visitor added to our address stays here."""
        nonce = secrets.token_urlsafe(32)
        state = self.stash_redirect_state(request, process, next_url, data, nonce=nonce)
        parameters = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self._own_address("identity_return"),
            "scope": self.scope,
            "state": state,
            "nonce": nonce,
            **self.request_parameters,
        }
        return HttpResponseRedirect(
            f"{self._configuration()['authorization_endpoint']}?{urlencode(parameters)}"
        )

    def identify(self, request: HttpRequest, *, code: str, state: dict[str, Any]) -> SocialLogin:
        """Exchange `code` for the identity of one person, every signature checked.

        `state` is what `redirect` kept in the session. Raises UntrustedAnswerError, or
        requests.RequestException when the provider cannot be reached.
        """
        tokens = self._exchange(code)
        keys = self._json("get", self._configuration()["jwks_uri"])
        identity = self._signed(tokens["id_token"], keys, required=("exp", "iat", "sub", "nonce"))
        if not compare_digest(str(identity["nonce"]), state["nonce"]):
            raise UntrustedAnswerError("the id_token answers another request")
        if self.accepted_levels and identity.get("acr") not in self.accepted_levels:
            raise UntrustedAnswerError(f"level of assurance {identity.get('acr')!r}")
        person = self._userinfo(tokens["access_token"], keys)
        if person.get("sub") != identity["sub"]:
            raise UntrustedAnswerError("userinfo speaks of somebody else")
        login: SocialLogin = self.sociallogin_from_response(request, person)
        login.state.update(state)
        # Given back at sign-out; the tokens themselves are not kept.
        login.id_token = tokens["id_token"]
        return login

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What pre-fills a new account; the address still has to be confirmed by a code."""
        fields = ("first_name", "last_name", "email")
        return {ours: data.get(self.claims[ours], "") for ours in fields if ours in self.claims}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {ours: data[theirs] for ours, theirs in self.claims.items() if theirs in data}

    def sign_out_url(self, id_token: str) -> str:
        """Where the person signs out of the provider too; empty when it offers nothing."""
        endpoint = self._configuration().get("end_session_endpoint")
        if not endpoint:
            return ""
        parameters = {
            "id_token_hint": id_token,
            "state": secrets.token_urlsafe(32),
            "post_logout_redirect_uri": self._own_address("identity_signed_out"),
        }
        return f"{endpoint}?{urlencode(parameters)}"

    def _exchange(self, code: str) -> dict[str, Any]:
        """Tokens for the code, from server to server."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._own_address("identity_return"),
            "client_id": self.app.client_id,
            "client_secret": self.app.secret,
        }
        return self._json("post", self._configuration()["token_endpoint"], data=form)

    def _own_address(self, name: str) -> str:
        """Absolute, as registered with the provider; never taken from the Host header."""
        return settings.PUBLIC_URL + reverse(name, args=[self.path_name])

    def _configuration(self) -> dict[str, Any]:
        issuer = self.app.settings["server_url"].rstrip("/")
        key = f"oidc:{issuer}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = self._json("get", f"{issuer}/.well-known/openid-configuration")
            if found.get("issuer", "").rstrip("/") != issuer:
                raise UntrustedAnswerError(f"{issuer} presents itself as {found.get('issuer')!r}")
            cache.set(key, found, _DISCOVERY_SECONDS)
        return found

    def _userinfo(self, access_token: str, keys: dict[str, Any]) -> dict[str, Any]:
        address = self._configuration()["userinfo_endpoint"]
        authorization = {"Authorization": f"Bearer {access_token}"}
        if not self.signs_userinfo:
            return self._json("get", address, headers=authorization)
        answer = self._request("get", address, headers=authorization)
        return self._signed(answer.text, keys, required=("sub",))

    def _signed(
        self, token: str, keys: dict[str, Any], *, required: tuple[str, ...]
    ) -> dict[str, Any]:
        return signed_claims(
            token,
            keys=keys,
            issuer=self._configuration()["issuer"],
            audience=self.app.client_id,
            required=required,
        )

    def _json(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._request(method, url, **options).json()
        except requests.JSONDecodeError as error:
            raise UntrustedAnswerError(f"{url} answers something else than JSON") from error
        if not isinstance(answer, dict):
            raise UntrustedAnswerError(f"{url} answers something else than an object")
        return answer

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        with get_adapter().get_requests_session() as session:
            response = session.request(method, url, allow_redirects=False, **options)
            response.raise_for_status()
            return response


def remember_identity(request: HttpRequest, login: SocialLogin) -> None:
    """Keep in the session what signing out at the provider will need."""
    request.session[_SESSION_KEY] = {"id": login.provider.id, "id_token": login.id_token}


def provider_sign_out_url(request: HttpRequest) -> str:
    """Where to send someone who came through a provider, once signed out here; or empty.

    A provider that does not answer, or is no longer configured, keeps nobody signed in.
    """
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["id"] not in settings.SOCIALACCOUNT_PROVIDERS:
        return ""
    try:
        provider = get_adapter().get_provider(request, kept["id"])
        return provider.sign_out_url(kept["id_token"])
    except (requests.RequestException, UntrustedAnswerError):
        return ""
