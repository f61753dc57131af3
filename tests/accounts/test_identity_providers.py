"""FranceConnect, Pro Santé Connect and ProConnect against a provider on loopback."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail

from apps.accounts.models import User
from tests.accounts.mock_identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    MockIdentityProvider,
    make_key,
    query,
    serving,
)
from tests.support.client import PortalClient

START = "/compte/services/franceconnect/"
RETURN = "/compte/services/franceconnect/retour/"


@pytest.fixture
def france_connect(settings: Any) -> Iterator[MockIdentityProvider]:
    with serving(MockIdentityProvider(algorithm="ES256", signs_userinfo=True)) as provider:
        settings.PUBLIC_URL = "https://sante.example"
        settings.SOCIALACCOUNT_PROVIDERS = {"franceconnect": switched_on(provider)}
        yield provider


def switched_on(provider: MockIdentityProvider) -> dict[str, Any]:
    return {
        "APPS": [
            {
                "client_id": CLIENT_ID,
                "secret": CLIENT_SECRET,
                "settings": {"server_url": provider.issuer},
            }
        ]
    }


def come_back(
    client: PortalClient, provider: MockIdentityProvider, start: str = START, **changes: str
) -> Any:
    """Leave for the provider and come back with its code (or with `changes` in the answer)."""
    leaving = client.post(start)
    assert leaving.status_code == 302
    answer = {
        "code": provider.authorize(leaving.url),
        "state": query(leaving.url)["state"],
        **changes,
    }
    return client.get(f"{start.partition('?')[0]}retour/?{urlencode(answer)}")


def confirm_address(client: PortalClient) -> Any:
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]
    return client.post("/compte/adresse/code/", {"code": code})


def is_signed_in(client: PortalClient) -> bool:
    return client.get("/compte/").status_code == 200


def assert_refused(client: PortalClient, response: Any) -> None:
    assert response.status_code == 401
    assert "La connexion n’a pas abouti" in response.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_request_carries_what_franceconnect_demands(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    response = client.post(START)

    assert response.url.startswith(f"{france_connect.issuer}/authorize?")
    asked = query(response.url)
    assert len(asked.pop("state")) >= 16
    assert len(asked.pop("nonce")) >= 32
    assert asked == {
        "response_type": "code",
        "client_id": "orleans-sante",
        "redirect_uri": "https://sante.example/compte/services/franceconnect/retour/",
        "scope": "openid given_name family_name email",
        "acr_values": "eidas1",
        "prompt": "login consent",
    }


def test_parameters_added_by_a_visitor_are_ignored(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    added = "?scope=birthplace&auth_params=acr_values%3Deidas3%26redirect_uri%3Dhttps://x.example"
    asked = query(client.post(START + added).url)

    assert asked["scope"] == "openid given_name family_name email"
    assert asked["acr_values"] == "eidas1"
    assert asked["redirect_uri"] == "https://sante.example/compte/services/franceconnect/retour/"


def test_a_link_alone_never_leaves_for_the_provider(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    response = client.get(START)

    assert response.status_code == 200
    assert "Vous allez sur le site de FranceConnect" in response.content.decode()


def test_newcomer_confirms_the_address_then_enters(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    response = come_back(client, france_connect)
    assert response.url == "/compte/adresse/code/"
    assert not is_signed_in(client)

    confirm_address(client)

    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.first_name, user.last_name, user.email) == (
        "Angela",
        "Dubois",
        "angela@exemple.fr",
    )
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == ("franceconnect", "sub-1234")
    assert account.extra_data == {
        "first_name": "Angela",
        "last_name": "Dubois",
        "email": "angela@exemple.fr",
    }
    assert not SocialToken.objects.exists()


def test_returning_person_enters_at_once(
    client: PortalClient, applicant: User, france_connect: MockIdentityProvider
) -> None:
    SocialAccount.objects.create(user=applicant, provider="franceconnect", uid="sub-1234")

    response = come_back(client, france_connect, f"{START}?next=/compte/adresse/")

    assert response.url == "/compte/adresse/"
    assert is_signed_in(client)
    applicant.refresh_from_db()
    assert applicant.first_name == "Alice"


def test_address_of_another_account_is_no_key_to_it(
    client: PortalClient, applicant: User, france_connect: MockIdentityProvider
) -> None:
    france_connect.person["email"] = applicant.email

    response = come_back(client, france_connect)

    assert response.url == "/compte/adresse/code/"
    assert mail.outbox[-1].subject == "Vous avez déjà un compte"
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_signed_in_person_links_the_provider(
    client: PortalClient, applicant: User, france_connect: MockIdentityProvider
) -> None:
    client.force_login(applicant)

    response = come_back(client, france_connect, f"{START}?process=connect")

    assert response.url == "/compte/services/"
    assert SocialAccount.objects.get().user == applicant
    page = client.get(response.url).content.decode()
    assert "Ce service est relié à votre compte." in page

    client.post("/compte/services/", {"account": SocialAccount.objects.get().pk})
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

    assert_refused(client, client.get(f"{RETURN}?{urlencode(answer)}"))


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


def test_cancelling_at_the_provider_says_so(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    response = come_back(client, france_connect, error="access_denied")

    assert response.url == "/compte/services/annule/"
    assert "Vous avez abandonné la connexion" in client.get(response.url).content.decode()


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


def test_signing_out_leads_to_the_provider(
    client: PortalClient, applicant: User, france_connect: MockIdentityProvider
) -> None:
    SocialAccount.objects.create(user=applicant, provider="franceconnect", uid="sub-1234")
    come_back(client, france_connect)

    response = client.post("/compte/deconnexion/")

    assert response.url.startswith(f"{france_connect.issuer}/session/end?")
    asked = query(response.url)
    assert jwt.decode(asked["id_token_hint"], options={"verify_signature": False})["sub"] == (
        "sub-1234"
    )
    assert asked["post_logout_redirect_uri"] == (
        "https://sante.example/compte/services/franceconnect/sortie/"
    )
    assert len(asked["state"]) >= 32
    assert not is_signed_in(client)
    assert client.get("/compte/services/franceconnect/sortie/").url == "/"


def test_signing_out_after_a_code_stays_here(
    client: PortalClient, applicant: User, france_connect: MockIdentityProvider
) -> None:
    client.force_login(applicant)

    assert client.post("/compte/deconnexion/").url == "/"


def test_pro_sante_connect_vouches_for_the_rpps(
    client: PortalClient, applicant: User, settings: Any
) -> None:
    with serving(MockIdentityProvider(algorithm="RS256", signs_userinfo=False)) as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {"prosanteconnect": switched_on(provider)}
        provider.person["SubjectNameID"] = "810001234567"
        client.force_login(applicant)

        come_back(client, provider, "/compte/services/pro-sante-connect/?process=connect")

        assert User.objects.get(pk=applicant.pk).rpps == "10001234567"
        assert "10001234567" in client.get("/compte/").content.decode()


def test_pro_sante_connect_without_rpps_vouches_for_none(
    client: PortalClient, applicant: User, settings: Any
) -> None:
    with serving(MockIdentityProvider(algorithm="RS256", signs_userinfo=False)) as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {"prosanteconnect": switched_on(provider)}
        provider.person["SubjectNameID"] = "3999000000012/CPAT00045"
        client.force_login(applicant)

        come_back(client, provider, "/compte/services/pro-sante-connect/?process=connect")

        assert SocialAccount.objects.get().user == applicant
        assert User.objects.get(pk=applicant.pk).rpps == ""


def test_proconnect_is_no_second_factor(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    SocialAccount.objects.create(user=caseworker, provider="proconnect", uid="sub-1234")
    with serving(MockIdentityProvider(algorithm="RS256", signs_userinfo=True)) as provider:
        settings.SOCIALACCOUNT_PROVIDERS = {"proconnect": switched_on(provider)}

        come_back(client, provider, "/compte/services/proconnect/")

        assert is_signed_in(client)
        assert client.get("/admin/").url == "/compte/securite/"


@pytest.mark.parametrize("address", [START, RETURN, f"{START}sortie/"])
def test_switched_off_provider_leaves_no_trace(
    client: PortalClient, db: None, address: str
) -> None:
    assert client.get(address).status_code == 404
    for page in ("/compte/connexion/", "/compte/creation/"):
        body = client.get(page).content.decode().lower()
        assert "franceconnect" not in body
        assert "pro santé connect" not in body
        assert "proconnect" not in body
