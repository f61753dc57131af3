"""Answers of an identity provider that are forged, replayed, or meant for somebody else."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount

from tests.accounts.mock_identity_provider import (
    START,
    MockIdentityProvider,
    come_back,
    make_key,
    query,
)
from tests.support.client import PortalClient


def assert_refused(client: PortalClient, response: Any) -> None:
    assert response.status_code == 401
    assert "La connexion n’a pas abouti" in response.content.decode()
    assert client.get("/compte/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_answer_with_an_unknown_state_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    assert_refused(client, come_back(client, france_connect, state="inventé"))


def test_answer_in_another_browser_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    leaving = PortalClient().post(START)
    answer = {
        "code": france_connect.authorize(leaving.url),
        "state": query(leaving.url)["state"],
    }

    assert_refused(client, client.get(f"{START}retour/?{urlencode(answer)}"))


def test_answer_used_twice_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    first = come_back(client, france_connect)

    assert client.get(first.wsgi_request.get_full_path()).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "celui-d-une-autre-demande"},
        {"nonce": None},
        {"aud": "un-autre-service"},
        {"iss": "https://faux.example"},
        {"exp": 1_000_000_000},
        {"acr": "eidas0"},
        {"sub": "quelqu-un-d-autre"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_id_token_that_answers_something_else_is_refused(
    client: PortalClient,
    db: None,
    france_connect: MockIdentityProvider,
    changes: dict[str, Any],
) -> None:
    france_connect.id_token_changes = changes

    assert_refused(client, come_back(client, france_connect))


def test_id_token_signed_by_another_key_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    france_connect.signing_key = make_key("ES256")

    assert_refused(client, come_back(client, france_connect))


def test_id_token_without_signature_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider, monkeypatch: Any
) -> None:
    def unsigned(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, None, "none", headers={"kid": "key-1"})

    monkeypatch.setattr(france_connect, "sign", unsigned)

    assert_refused(client, come_back(client, france_connect))


def test_id_token_signed_with_the_public_key_as_a_secret_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider, monkeypatch: Any
) -> None:
    def confused(claims: dict[str, Any]) -> str:
        secret = base64.urlsafe_b64decode(france_connect.jwks()["keys"][0]["x"] + "==")
        return jwt.encode(claims, secret, "HS256", headers={"kid": "key-1"})

    monkeypatch.setattr(france_connect, "sign", confused)

    assert_refused(client, come_back(client, france_connect))


def test_userinfo_of_somebody_else_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    france_connect.userinfo_subject = "sub-9999"

    assert_refused(client, come_back(client, france_connect))


def test_userinfo_without_signature_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    france_connect.signs_userinfo = False

    assert_refused(client, come_back(client, france_connect))


def test_wrong_code_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    assert_refused(client, come_back(client, france_connect, code="inventé"))


def test_silent_provider_gives_a_page_not_a_crash(
    client: PortalClient, db: None, settings: Any
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "franceconnect": {
            "APPS": [
                {"client_id": "x", "secret": "y", "settings": {"server_url": "http://127.0.0.1:9"}}
            ]
        }
    }

    assert client.post(START).status_code == 401


def test_provider_that_presents_itself_as_another_is_refused(
    client: PortalClient, db: None, france_connect: MockIdentityProvider, monkeypatch: Any
) -> None:
    lying = {**france_connect.configuration(), "issuer": "https://faux.example"}
    monkeypatch.setattr(france_connect, "configuration", lambda: lying)

    assert client.post(START).status_code == 401
