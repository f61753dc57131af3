"""« Mon compte »: coordinates, devices, and what each page costs."""

from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import User
from tests.support.client import PortalClient


def test_profile_of_a_visitor_leads_to_sign_in(client: PortalClient, db: None) -> None:
    assert client.get("/compte/").url == "/compte/connexion/?next=/compte/"


def test_profile_changes_name_and_phone(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)

    response = client.post(
        "/compte/", {"first_name": "Alix", "last_name": "Martin", "phone": "02 38 00 00 00"}
    )

    assert response.url == "/compte/"
    applicant.refresh_from_db()
    assert (applicant.first_name, str(applicant.phone)) == ("Alix", "+33238000000")
    page = client.get("/compte/").content.decode()
    assert "Vos coordonnées sont à jour." in page
    assert 'value="02 38 00 00 00"' in page


def test_profile_with_nonsense_says_why_and_keeps_what_was_typed(
    client: PortalClient, applicant: User
) -> None:
    client.force_login(applicant)

    body = client.post(
        "/compte/", {"first_name": "", "last_name": "Nouveau", "phone": "abc"}
    ).content.decode()

    assert "Indiquez votre prénom." in body
    assert 'value="Nouveau"' in body
    assert 'value="abc"' in body
    applicant.refresh_from_db()
    assert applicant.last_name == "Martin"


def test_profile_ignores_what_is_not_asked(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)

    client.post(
        "/compte/",
        {"first_name": "A", "last_name": "B", "is_staff": "on", "email": "volee@exemple.fr"},
    )

    applicant.refresh_from_db()
    assert (applicant.is_staff, applicant.email) == (False, "alice@exemple.fr")


def test_other_devices_are_signed_out(applicant: User) -> None:
    clients = [PortalClient(), PortalClient()]
    applicant.set_password("quatre mots sans lien")
    applicant.save(update_fields=["password"])
    for client in clients:
        client.post(
            "/compte/connexion/mot-de-passe/",
            {"login": applicant.email, "password": "quatre mots sans lien"},
        )
    here, elsewhere = clients

    page = here.get("/compte/appareils/").content.decode()
    assert page.count("connecté le") == 2
    here.post("/compte/appareils/")

    assert here.get("/compte/").status_code == 200
    assert elsewhere.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    ("address", "queries"), [("/compte/connexion/", 0), ("/compte/creation/", 0)]
)
def test_door_costs_no_query(
    client: PortalClient, db: None, address: str, queries: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize(
    ("address", "queries"), [("/compte/", 3), ("/compte/securite/", 4), ("/compte/adresse/", 6)]
)
def test_signed_in_page_costs_few_queries(
    client: PortalClient,
    applicant: User,
    address: str,
    queries: int,
    django_assert_num_queries: Any,
) -> None:
    client.force_login(applicant)

    with django_assert_num_queries(queries):
        client.get(address)
