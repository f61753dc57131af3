"""What every answer says to browsers: pages, the back office, files, data, errors, static files."""

from __future__ import annotations

import pytest
from django.http import HttpResponseBase
from django.test import Client, override_settings

from apps.accounts.models import User
from apps.core.fetch_ahead import CSP_SOURCE
from apps.files.models import StoredFile
from orleans_sante.settings import base
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src 'none'",
    f"script-src 'self' {CSP_SOURCE}",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
TRUSTED_TYPES = {"require-trusted-types-for 'script'", "trusted-types orleans-sante"}


def assert_headers(response: HttpResponseBase) -> None:
    found = {name: response.get(name) for name in ON_EVERY_ANSWER}
    assert found == ON_EVERY_ANSWER
    permissions = response["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "publickey-credentials-get=(self)"} <= set(permissions)


def policy(response: HttpResponseBase) -> set[str]:
    return set(response["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/suivi/", 200),
        ("/robots.txt", 200),
        ("/lieux-de-soins/lieux.json", 400),
        ("/nulle-part/", 404),
        ("/healthz/", 200),
        ("/mon-espace/", 302),
    ],
)
def test_public_answers_carry_all_of_them(client: PortalClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert_headers(response)
    assert policy(response) >= POLICY | TRUSTED_TYPES
    assert response["X-Frame-Options"] == "DENY"


def test_refused_and_signed_in_pages_carry_all_of_them(
    client: PortalClient, applicant: User, other_applicant: User
) -> None:
    case_file = installation_file(applicant=applicant)
    for person, status in ((applicant, 200), (other_applicant, 404)):
        client.force_login(person)
        response = client.get(f"/mon-espace/dossiers/{case_file.reference}/")
        assert response.status_code == status
        assert_headers(response)
        assert policy(response) >= POLICY | TRUSTED_TYPES


def test_desk_carries_all_but_trusted_types(client: PortalClient, head: User) -> None:
    """jQuery, of Django's admin, writes HTML by itself."""
    client.force_login(head)
    for address, status in (("/admin/", 200), ("/admin/nulle-part/", 404)):
        response = client.get(address)
        assert response.status_code == status
        assert_headers(response)
        assert policy(response) >= POLICY
        assert not policy(response) & TRUSTED_TYPES


def test_private_file_carries_them_and_runs_nothing(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)
    document = case_file.documents.earliest("pk")
    assert isinstance(document.file, StoredFile)
    response = client.get(
        f"/mon-espace/dossiers/{case_file.reference}/pieces/fichiers/{document.file_id}/"
    )
    b"".join(response)
    assert_headers(response)
    assert policy(response) == {"default-src 'none'", "sandbox"}


def test_static_files_carry_them() -> None:
    with override_settings(
        MIDDLEWARE=base.MIDDLEWARE, WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True
    ):
        response = Client().get("/static/js/upload.js")
        b"".join(response)
    assert response.status_code == 200
    assert_headers(response)
    assert "default-src 'none'" in policy(response)


def test_fault_of_ours_carries_them(client: PortalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("apps.casefiles.views.follow_up.FollowUpForm", fail)
    client.raise_request_exception = False
    response = client.get("/suivi/")
    assert response.status_code == 500
    assert_headers(response)


@override_settings(
    SECURE_SSL_REDIRECT=True,
    SECURE_HSTS_SECONDS=31_536_000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_HSTS_PRELOAD=True,
)
def test_https_is_insisted_on() -> None:
    assert Client().get("/")["Location"] == "https://testserver/"
    response = Client().get("/", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


@override_settings(
    SESSION_COOKIE_NAME="__Host-session",
    CSRF_COOKIE_NAME="__Host-csrf",
    SESSION_COOKIE_SECURE=True,
    CSRF_COOKIE_SECURE=True,
)
def test_cookies_are_of_this_host_alone(applicant: User) -> None:
    client = Client()
    response = client.post("/compte/connexion/", {"login": applicant.email}, secure=True)
    page = client.get("/compte/connexion/code/", secure=True)
    for name, cookies in (("__Host-session", response.cookies), ("__Host-csrf", page.cookies)):
        cookie = cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
