"""Passkeys in a real browser, with the virtual authenticator that Chromium offers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from tests.support.browser import axe, sideways_scroll, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def authenticator(page: Page) -> Iterator[CDPSession]:
    """A telephone's own authenticator, which recognises its owner without asking."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools


def _add_passkey(page: Page) -> None:
    page.goto("/compte/securite/")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de cette clé").fill("Mon téléphone")
    page.get_by_role("button", name="Ajouter cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def test_applicant_adds_a_passkey_and_signs_in_with_it(
    page: Page, live_server: LiveServer, applicant: User, authenticator: CDPSession
) -> None:
    sign_in(page, applicant, base_url=live_server.url)
    _add_passkey(page)
    page.goto("/compte/securite/cles/")
    assert axe(page) == []
    page.get_by_role("link", name="Renommer").click()
    assert axe(page) == []
    page.get_by_label("Nom de cette clé").fill("Ma tablette")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("listitem").filter(has_text="Ma tablette")).to_be_visible()
    page.goto("/compte/")
    page.get_by_role("button", name="Me déconnecter").click()

    page.goto("/compte/connexion/?next=/compte/adresse/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()

    expect(page).to_have_url(f"{live_server.url}/compte/adresse/")


def test_staff_enters_the_guichet_with_a_passkey_alone(
    page: Page,
    live_server: LiveServer,
    caseworker: User,
    authenticator: CDPSession,
    settings: Settings,
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    sign_in(page, caseworker, base_url=live_server.url)
    page.goto("/admin/")
    expect(page.get_by_text("Vous êtes agent du guichet")).to_be_visible()
    _add_passkey(page)
    page.goto("/compte/")
    page.get_by_role("button", name="Me déconnecter").click()

    page.goto("/admin/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()

    expect(page).to_have_url(f"{live_server.url}/admin/")


def test_old_session_confirms_with_the_passkey_before_a_sensitive_page(
    page: Page, live_server: LiveServer, applicant: User, authenticator: CDPSession
) -> None:
    sign_in(page, applicant, base_url=live_server.url)
    _add_passkey(page)
    sign_in(page, applicant, base_url=live_server.url)

    page.goto("/compte/securite/codes-de-secours/")
    page.get_by_role("link", name="clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est bien vous ?")
    assert axe(page) == []
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def test_passkey_refused_by_the_person_says_what_to_do(
    page: Page, applicant: User, authenticator: CDPSession
) -> None:
    page.goto("/compte/connexion/")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()

    # The device holds no key for this site: browsers tell that like a refusal.
    expect(page.get_by_role("alert")).to_contain_text("Recommencez")


def test_passkey_removed_leaves_the_account_reachable(
    page: Page, live_server: LiveServer, applicant: User, authenticator: CDPSession
) -> None:
    sign_in(page, applicant, base_url=live_server.url)
    _add_passkey(page)
    page.goto("/compte/securite/cles/")
    page.get_by_role("link", name=re.compile("Retirer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Retirer « Mon téléphone »")
    assert sideways_scroll(page) == []
    page.get_by_role("button", name="Retirer cette clé").click()

    expect(page.get_by_text("Vous n’avez pas encore de clé d’accès.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_without_scripts_no_passkey_is_offered(page_without_scripts: Page, db: None) -> None:
    page_without_scripts.goto("/compte/connexion/")

    expect(page_without_scripts.get_by_role("button", name="clé d’accès")).to_have_count(0)
    expect(page_without_scripts.get_by_role("button", name="Recevoir un code")).to_be_visible()
