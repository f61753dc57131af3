"""Staff give a second factor before they use their roles; nobody is locked out by accident."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.utils import timezone

from apps.accounts.grants import grant_role, revoke_role
from apps.accounts.models import User
from apps.accounts.permissions import why_not_role
from apps.accounts.roles import Role
from apps.accounts.second_factor import reset_second_factor
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import Channel
from tests.support.client import PortalClient

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECURITY = "/compte/securite/"
ACTIVATE = "/compte/securite/application/activer/"


@pytest.fixture(autouse=True)
def _second_factor_demanded(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


def app_code(secret: str = SECRET) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def add_app(user: User) -> None:
    TOTP.activate(user, SECRET)


def sign_in_by_code(client: PortalClient, user: User) -> Any:
    client.post("/compte/connexion/", {"login": user.email})
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]
    return client.post("/compte/connexion/code/", {"code": code})


def test_staff_without_authenticator_is_led_to_set_one_up(
    client: PortalClient, caseworker: User
) -> None:
    sign_in_by_code(client, caseworker)

    response = client.get("/admin/")

    assert response.url == SECURITY
    assert "ajoutez une clé d’accès ou une application" in client.get(SECURITY).content.decode()


# With real transactions: allauth announces the new app when its own one commits.
@pytest.mark.django_db(transaction=True)
def test_staff_sets_an_app_up_and_enters_at_once(client: PortalClient, caseworker: User) -> None:
    sign_in_by_code(client, caseworker)
    page = client.get(ACTIVATE)

    response = client.post(ACTIVATE, {"code": app_code(page.context["form"].secret)})

    assert response.url == "/compte/securite/codes-de-secours/"
    assert len(re.findall(r"<code>\d{8}</code>", client.get(response.url).content.decode())) == 10
    assert client.get("/admin/").status_code == 200
    assert mail.outbox[-1].subject == "Application d’authentification ajoutée"


def test_staff_with_app_gives_its_code_when_signing_in(
    client: PortalClient, caseworker: User
) -> None:
    add_app(caseworker)

    response = sign_in_by_code(client, caseworker)
    assert response.url == "/compte/connexion/verification/"
    assert client.get("/compte/").status_code == 302

    # Staff come to work: the code leads to the desk.
    assert client.post(response.url, {"code": app_code()}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_code_of_the_app_works_once(caseworker: User) -> None:
    add_app(caseworker)
    clients = [PortalClient(), PortalClient()]
    for client in clients:
        response = sign_in_by_code(client, caseworker)
        client.post(response.url, {"code": app_code()})

    assert [client.get("/compte/").status_code for client in clients] == [200, 302]


def test_session_without_second_factor_is_asked_for_it(
    client: PortalClient, caseworker: User
) -> None:
    add_app(caseworker)
    client.force_login(caseworker)

    response = client.get("/admin/accounts/user/?q=alice")

    assert response.url == ("/compte/confirmation/code/?next=/admin/accounts/user/%3Fq%3Dalice")
    response = client.post("/compte/confirmation/code/", {"code": app_code(), "next": "/admin/"})
    assert response.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_roles_sleep_everywhere_until_the_second_factor(
    client: PortalClient, caseworker: User
) -> None:
    client.force_login(caseworker)

    user = client.get(SECURITY).wsgi_request.user

    assert not user.has_role(Role.CASEWORKER, programme="installation")
    assert user.programmes_for(Role.CASEWORKER) == set()
    assert why_not_role(user, Role.CASEWORKER) == (
        "Confirmez d’abord votre identité avec votre deuxième moyen de connexion."
    )


def test_superuser_without_second_factor_stays_out(client: PortalClient, superuser: User) -> None:
    client.force_login(superuser)

    assert client.get("/admin/accounts/user/").url == SECURITY


def test_demo_switches_the_second_factor_off(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(caseworker)

    assert client.get("/admin/").status_code == 200


def test_staff_may_always_sign_out(client: PortalClient, caseworker: User) -> None:
    client.force_login(caseworker)

    assert client.post("/admin/logout/").url == "/"
    assert client.get("/compte/").status_code == 302


def test_admin_login_leads_to_the_common_door_and_back(client: PortalClient, db: None) -> None:
    assert client.get("/admin/login/?next=/admin/accounts/user/").url == (
        "/compte/connexion/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    )


def test_applicant_finds_no_door_under_admin(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)

    assert client.get("/admin/login/").status_code == 403


def test_applicant_with_a_passkey_still_enters_by_code(
    client: PortalClient, applicant: User
) -> None:
    _add_passkey(applicant)

    assert sign_in_by_code(client, applicant).url == "/mon-espace/"


def test_applicant_who_chose_an_app_is_asked_for_it(client: PortalClient, applicant: User) -> None:
    add_app(applicant)

    assert sign_in_by_code(client, applicant).url == "/compte/connexion/verification/"


def test_staff_with_a_passkey_is_asked_for_it(client: PortalClient, caseworker: User) -> None:
    _add_passkey(caseworker)

    assert sign_in_by_code(client, caseworker).url == "/compte/connexion/verification/"


def test_reset_second_factor_removes_all_and_ends_sessions(
    client: PortalClient, caseworker: User
) -> None:
    add_app(caseworker)
    client.force_login(caseworker)

    reset_second_factor(user=caseworker)

    assert not Authenticator.objects.exists()
    assert client.get("/compte/").status_code == 302


def test_secret_of_the_app_is_not_readable_in_the_database(caseworker: User) -> None:
    add_app(caseworker)

    assert SECRET not in str(Authenticator.objects.get().data)


def test_secret_of_the_app_survives_a_change_of_key(caseworker: User, settings: Any) -> None:
    add_app(caseworker)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-test-only-key-0123456789-0123456789-0123456789"

    assert Authenticator.objects.get().wrap().validate_code(app_code())


def test_staff_session_closes_after_an_idle_hour(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(caseworker)
    assert client.get("/admin/").status_code == 200

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        response = client.get("/admin/?page=2")
        assert response.url == "/compte/connexion/?next=/admin/%3Fpage%3D2"
        page = client.get(response.url).content.decode()
        assert "Votre session a été fermée après 60 minutes sans activité." in page
        assert f'value="{caseworker.email}"' in page


def test_staff_session_in_use_stays_open(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(caseworker)
    start = timezone.now()
    for minutes in (0, 40, 80, 120):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert client.get("/admin/").status_code == 200


def test_session_left_idle_keeps_no_role_on_any_page(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    """An agent fills a request received by phone on the applicants' pages."""
    settings.STAFF_SECOND_FACTOR = False
    file = start_case_file(
        programme="installation", applicant=None, filed_by=caseworker, channel=Channel.PHONE
    )
    address = f"/mon-espace/dossiers/{file.reference}/"
    client.force_login(caseworker)
    assert client.get(address).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(address).status_code == 404
        assert client.get("/admin/").status_code == 302


def test_session_not_used_since_it_was_opened_is_idle_too(
    client: PortalClient, caseworker: User, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    sign_in_by_code(client, caseworker)

    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert client.get("/admin/").url == "/compte/connexion/?next=/admin/"


@pytest.mark.parametrize("change", ["password", "role given", "role taken", "account closed"])
def test_every_session_of_a_person_ends_with(caseworker: User, change: str) -> None:
    sessions = [PortalClient() for _ in range(2)]
    for session in sessions:
        session.force_login(caseworker)
        assert session.get("/compte/").status_code == 200
    match change:
        case "password":
            caseworker.set_password("quatre mots sans lien")
            caseworker.save(update_fields=["password"])
        case "role given":
            grant_role(user=caseworker, role=Role.AUDITOR)
        case "role taken":
            revoke_role(user=caseworker, role=Role.CASEWORKER, programme="installation")
        case _:
            User.objects.filter(pk=caseworker.pk).update(is_active=False)
    assert [session.get("/compte/").status_code for session in sessions] == [302, 302]


def test_public_page_stays_free_of_session_and_queries(
    client: PortalClient, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz/")

    assert "Cookie" not in response.get("Vary", "")


def _add_passkey(user: User) -> None:
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone", "credential": {}}
    )
