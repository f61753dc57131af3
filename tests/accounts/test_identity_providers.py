"""FranceConnect, Pro Santé Connect and ProConnect against a provider on loopback."""

from __future__ import annotations

import re
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail

from apps.accounts.models import User
from tests.accounts.mock_identity_provider import (
    START,
    MockIdentityProvider,
    come_back,
    query,
    serving,
    switched_on,
)
from tests.support.client import PortalClient


def confirm_address(client: PortalClient) -> Any:
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]
    return client.post("/compte/adresse/code/", {"code": code})


def is_signed_in(client: PortalClient) -> bool:
    return client.get("/compte/").status_code == 200


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


def test_cancelling_at_the_provider_says_so(
    client: PortalClient, db: None, france_connect: MockIdentityProvider
) -> None:
    response = come_back(client, france_connect, error="access_denied")

    assert response.url == "/compte/services/annule/"
    assert "Vous avez abandonné la connexion" in client.get(response.url).content.decode()


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


@pytest.mark.parametrize("address", [START, f"{START}retour/", f"{START}sortie/"])
def test_switched_off_provider_leaves_no_trace(
    client: PortalClient, db: None, address: str
) -> None:
    assert client.get(address).status_code == 404
    for page in ("/compte/connexion/", "/compte/creation/"):
        body = client.get(page).content.decode().lower()
        assert "franceconnect" not in body
        assert "pro santé connect" not in body
        assert "proconnect" not in body
