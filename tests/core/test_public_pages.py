from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db


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
    assert "Speculation-Rules" not in response


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


def test_links_fetched_ahead_are_those_of_public_pages(client: PortalClient) -> None:
    page = client.get("/aides/")
    rules = client.get(page["Speculation-Rules"].strip('"'))
    assert rules["Content-Type"] == "application/speculationrules+json"
    assert rules["Cache-Control"] == "public, max-age=86400"
    (ahead,) = rules.json()["prefetch"]
    assert ahead["eagerness"] == "moderate"
    _, private = ahead["where"]["and"]
    assert {"/mon-espace/*", "/admin/*", "/*/demande/*"} <= set(private["not"]["href_matches"])


def test_page_with_a_script_leaves_its_third_request_to_it(client: PortalClient) -> None:
    page = client.get("/")
    assert b"<script" in page.content
    assert "Speculation-Rules" not in page


def test_public_page_still_reads_no_session(client: PortalClient) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/aides/").status_code == 200
    assert [query["sql"] for query in captured if "session" in query["sql"]] == []
