"""Every page under /compte/: axe in both schemes, 320 px, and the ways through them."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.core import clock
from tests.support.browser import axe, screenshot, sideways_scroll, sign_in, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def assert_sound(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Le site est en panne")
    assert axe(page) == []
    assert sideways_scroll(page) == []
    screenshot(page, f"account-{name}")


def give_mailed_code(page: Page) -> None:
    """Wait for the page that asks for it: by then the message is out."""
    field = page.get_by_label("Code à six chiffres")
    expect(field).to_be_visible()
    field.fill(re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0])
    page.keyboard.press("Enter")


def give_app_code(page: Page) -> None:
    code = format_hotp_value(hotp_value(SECRET, int(clock.now().timestamp()) // 30))
    page.get_by_label("Code de l’application, ou code de secours").fill(code)
    page.keyboard.press("Enter")


def test_newcomer_opens_an_account_on_a_phone(phone: Page, live_server: LiveServer) -> None:
    phone.goto("/compte/connexion/")
    assert_sound(phone, "sign-in")
    phone.get_by_role("link", name="Créer un compte").click()
    phone.get_by_role("button", name="Créer mon compte").click()
    expect(phone.get_by_role("alert")).to_contain_text("3 réponses sont à corriger")
    assert_sound(phone, "sign-up-errors")

    phone.get_by_label("Prénom").fill("Nadia")
    phone.get_by_label("Nom", exact=True).fill("Nouvelle")
    phone.get_by_label("Adresse e-mail").fill("nadia@exemple.fr")
    phone.get_by_role("button", name="Créer mon compte").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Confirmez votre adresse")
    assert_sound(phone, "confirm-address")
    give_mailed_code(phone)
    phone.wait_for_url("**/mon-espace/")

    phone.goto("/compte/")
    expect(phone.get_by_label("Prénom")).to_have_value("Nadia")
    assert_sound(phone, "profile")


def test_code_is_asked_for_and_given_with_the_keyboard_alone(page: Page, applicant: User) -> None:
    page.goto("/compte/connexion/?next=/compte/")
    tab_to(page, page.get_by_label("Adresse e-mail"))
    page.keyboard.type(applicant.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saisissez le code reçu")
    assert_sound(page, "code")
    page.get_by_role("button", name="Recevoir un nouveau code").click()
    tab_to(page, page.get_by_label("Code à six chiffres"))
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Ce code n’est pas le bon.")
    assert_sound(page, "code-wrong")
    give_mailed_code(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_everything_works_without_scripts(page_without_scripts: Page, applicant: User) -> None:
    page = page_without_scripts
    page.goto("/compte/connexion/?next=/compte/")
    page.get_by_label("Adresse e-mail").fill(applicant.email)
    page.get_by_role("button", name="Recevoir un code").click()
    give_mailed_code(page)
    page.get_by_label("Téléphone").fill("06 12 34 56 78")
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("status")).to_contain_text("Vos coordonnées sont à jour.")
    applicant.refresh_from_db()
    assert str(applicant.phone) == "+33612345678"


def test_address_changes_after_a_code(page: Page, live_server: LiveServer, applicant: User) -> None:
    sign_in(page, applicant, base_url=live_server.url)
    page.goto("/compte/adresse/")
    assert_sound(page, "change-address")
    page.get_by_label("Nouvelle adresse e-mail").fill("nouvelle@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    give_mailed_code(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    expect(page.get_by_text("nouvelle@exemple.fr", exact=True)).to_be_visible()
    assert mail.outbox[-1].to == ["alice@exemple.fr"]
    assert mail.outbox[-1].subject == "Votre adresse e-mail a changé"


def test_password_is_chosen_used_and_changed(
    page: Page, live_server: LiveServer, applicant: User
) -> None:
    sign_in(page, applicant, base_url=live_server.url)
    page.goto("/compte/mot-de-passe/choisir/")
    page.get_by_label("Nouveau mot de passe").fill("court")
    page.get_by_label("Le même mot de passe").fill("court")
    page.get_by_role("button", name="Enregistrer").click()
    assert_sound(page, "password-errors")
    for label in ("Nouveau mot de passe", "Le même mot de passe"):
        page.get_by_label(label).fill("quatre mots sans lien")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/compte/mot-de-passe/")
    assert_sound(page, "password-change")
    page.goto("/compte/deconnexion/")
    assert_sound(page, "sign-out")
    page.get_by_role("button", name="Me déconnecter").click()

    page.goto("/compte/connexion/mot-de-passe/?next=/compte/appareils/")
    assert_sound(page, "sign-in-password")
    page.get_by_label("Adresse e-mail").fill(applicant.email)
    page.get_by_label("Mot de passe").fill("quatre mots sans lien")
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_text("Chrome sur un ordinateur Linux")).to_be_visible()
    assert_sound(page, "devices")


def test_forgotten_password_pages_are_sound(page: Page, applicant: User) -> None:
    page.goto("/compte/mot-de-passe/oubli/")
    assert_sound(page, "forgotten")
    page.get_by_label("Adresse e-mail").fill(applicant.email)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    assert_sound(page, "forgotten-code")
    give_mailed_code(page)
    expect(page.get_by_label("Nouveau mot de passe")).to_be_visible()
    assert_sound(page, "forgotten-new")
    for label in ("Nouveau mot de passe", "Le même mot de passe"):
        page.get_by_label(label).fill("quatre mots sans lien")
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mot de passe enregistré")
    assert_sound(page, "forgotten-done")


def test_second_factor_pages_are_sound(
    page: Page, live_server: LiveServer, caseworker: User, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    sign_in(page, caseworker, base_url=live_server.url)
    page.goto("/admin/")
    expect(page.get_by_text("Vous êtes agent du guichet")).to_be_visible()
    assert_sound(page, "security-staff")
    page.goto("/compte/securite/application/activer/")
    assert_sound(page, "app")
    page.goto("/compte/securite/cles/ajouter/")
    assert_sound(page, "passkey")

    TOTP.activate(caseworker, SECRET)
    RecoveryCodes.activate(caseworker)
    page.goto("/compte/securite/codes-de-secours/")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est bien vous ?")
    assert_sound(page, "confirm")
    give_app_code(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    assert_sound(page, "recovery-codes")
    for path, name in (
        ("", "security"),
        ("codes-de-secours/renouveler/", "recovery-codes-new"),
        ("application/retirer/", "app-remove"),
        ("cles/", "passkeys-none"),
    ):
        page.goto(f"/compte/securite/{path}")
        assert_sound(page, name)


def test_second_factor_at_sign_in_is_sound(page: Page, caseworker: User) -> None:
    TOTP.activate(caseworker, SECRET)
    page.goto("/compte/connexion/?next=/compte/")
    page.get_by_label("Adresse e-mail").fill(caseworker.email)
    page.keyboard.press("Enter")
    give_mailed_code(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Double vérification")
    assert_sound(page, "second-factor")
    give_app_code(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_provider_pages_are_sound(
    page: Page, live_server: LiveServer, applicant: User, settings: Settings
) -> None:
    client = {"client_id": "x", "secret": "y", "settings": {"server_url": "http://127.0.0.1:9"}}
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {"APPS": [client]} for name in ("franceconnect", "prosanteconnect", "proconnect")
    }
    page.goto("/compte/connexion/")
    expect(page.get_by_role("button", name="S’identifier avec FranceConnect")).to_be_visible()
    expect(page.get_by_role("link", name="Qu’est-ce que FranceConnect ?")).to_be_visible()
    assert_sound(page, "sign-in-providers")
    for path, name in (
        ("services/franceconnect/", "provider"),
        ("services/annule/", "provider-cancelled"),
        ("services/echec/", "provider-failed"),
        ("ferme/", "closed"),
    ):
        page.goto(f"/compte/{path}")
        assert_sound(page, name)
    sign_in(page, applicant, base_url=live_server.url)
    page.goto("/compte/services/")
    assert_sound(page, "providers")
