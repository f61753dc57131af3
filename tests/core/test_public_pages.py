from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.contrib.messages.constants import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.message_storage import COOKIE
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

AHEAD = {"Sec-Purpose": "prefetch"}  # as browsers say it


def test_page_for_everybody_is_asked_again_for_nothing(client: PortalClient) -> None:
    first = client.get("/aides/")
    again = client.get("/aides/", headers={"If-None-Match": first["ETag"]})
    assert first["Cache-Control"] == "public, max-age=10, stale-while-revalidate=60"
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]


def test_page_that_changed_is_sent_anew(client: PortalClient) -> None:
    old = client.get("/aides/", headers={"If-None-Match": '"autre"'})
    assert old.status_code == 200
    assert old.content


@pytest.mark.parametrize("address", ["/mon-espace/", "/compte/connexion/", "/suivi/"])
def test_page_about_somebody_says_nothing_to_caches(
    client: PortalClient, applicant: User, address: str
) -> None:
    client.force_login(applicant)
    response = client.get(address)
    assert "public" not in response.get("Cache-Control", "")
    assert "ETag" not in response


def test_page_with_a_form_that_is_posted_is_kept_by_nobody(client: PortalClient) -> None:
    """It sets the cookie that protects the form: another visitor would get the wrong one."""
    response = client.get("/aides/installation/demande/")
    assert response.cookies
    assert "public" not in response.get("Cache-Control", "")


def test_reader_with_a_session_gets_the_page_made_for_them(
    client: PortalClient, applicant: User
) -> None:
    """A message may wait for them: nothing of it is kept for others."""
    client.force_login(applicant)
    assert "public" not in client.get("/aides/").get("Cache-Control", "")


def test_error_and_redirection_are_not_kept(client: PortalClient) -> None:
    for address in ("/adresse-inconnue/", "/aides"):
        assert "ETag" not in client.get(address)


def rules_in(html: str) -> str:
    found = re.search(r'<script type="speculationrules">(.*?)</script>', html, flags=re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("address", ["/", "/aides/", "/medecin-du-jour/", "/lieux-de-soins/"])
def test_page_names_the_links_that_may_be_fetched_ahead(client: PortalClient, address: str) -> None:
    (ahead,) = json.loads(rules_in(client.get(address).content.decode()))["prefetch"]
    assert ahead["eagerness"] == "moderate"
    public, private = ahead["where"]["and"]
    assert public == {"href_matches": "/*"}
    assert {"/mon-espace/*", "/admin/*", "/*/demande/*"} <= set(private["not"]["href_matches"])


def test_policy_lets_these_rules_in_by_their_digest(client: PortalClient) -> None:
    page = client.get("/aides/")
    digest = b64encode(sha256(rules_in(page.content.decode()).encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in page["Content-Security-Policy"]


def test_public_page_is_fetched_ahead_for_anybody(client: PortalClient) -> None:
    assert client.get("/aides/", headers=AHEAD).status_code == 200
    assert client.get("/medecin-du-jour/", headers=AHEAD).status_code == 200


def test_message_that_waits_is_not_lost_to_a_page_fetched_ahead(
    client: PortalClient, applicant: User
) -> None:
    client.force_login(applicant)
    assert client.get("/aides/", headers=AHEAD).status_code == 200
    storage = CookieStorage(RequestFactory().get("/"))
    client.cookies[COOKIE] = storage._encode([Message(SUCCESS, "Votre demande est envoyée.")])

    assert client.get("/aides/", headers=AHEAD).status_code == 503
    assert "Votre demande est envoyée." in client.get("/aides/").content.decode()


def test_public_page_still_reads_no_session(client: PortalClient) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/aides/").status_code == 200
    assert [query["sql"] for query in captured if "session" in query["sql"]] == []
