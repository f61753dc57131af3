"""The first page: what waits for each person, in plain numbers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message
from apps.notifications.models import EmailStatus, OutgoingEmail
from tests.factories.casefiles import START, ask_corrections, installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def figures(client: PortalClient) -> dict[str, str]:
    html = client.get("/admin/").content.decode()
    found = re.findall(r'figure-value num">([^<]+)</span> <span><a href="[^"]+">([^<]+)<', html)
    return {label: value for value, label in found}


@pytest.fixture
def files(caseworker: User) -> None:
    installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    late = installation_file(at=START - timedelta(days=365))
    ask_corrections(installation_file(), by=caseworker)
    assert late.applicant is not None
    send_message(case_file=late, author=late.applicant, body="Bonjour")


def test_caseworker_reads_their_own_work_first(
    client: PortalClient, caseworker: User, files: None
) -> None:
    client.force_login(caseworker)

    assert figures(client) == {
        "Mes dossiers": "1",
        "Dossiers non attribués": "1",
        "Dossiers en retard": "1",
        "En attente du demandeur": "1",
        "Dossiers avec un message à lire": "1",
    }
    assert "Le délai légal est dépassé." in page_text(client.get("/admin/"))


def test_auditor_has_no_files_of_their_own(
    client: PortalClient, auditor: User, files: None
) -> None:
    client.force_login(auditor)

    assert "Mes dossiers" not in figures(client)
    assert figures(client)["Dossiers en retard"] == "1"


def test_foreign_agent_counts_none_of_ours(
    client: PortalClient, foreign_caseworker: User, files: None
) -> None:
    client.force_login(foreign_caseworker)

    assert set(figures(client).values()) == {"0"}


def test_editor_sees_public_data_only(client: PortalClient, editor: User, files: None) -> None:
    client.force_login(editor)

    text = page_text(client.get("/admin/"))

    assert "Dossiers" not in text
    assert "Communes" in text


def test_failed_e_mails_are_shown_until_they_leave(client: PortalClient, caseworker: User) -> None:
    client.force_login(caseworker)
    assert "Courriels non partis" not in figures(client)

    installation_file()
    OutgoingEmail.objects.update(status=EmailStatus.FAILED, last_error="Boîte pleine")

    assert figures(client)["Courriels non partis"] == "1"
    address = "/admin/notifications/outgoingemail/?status__exact=failed"
    assert address in client.get("/admin/").content.decode()
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_first_page_asks_as_much_for_one_file_as_for_three(
    client: PortalClient,
    caseworker: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        installation_file()
    client.force_login(caseworker)
    client.get("/admin/")  # the first page of a session notes when it was opened

    with django_assert_num_queries(12):  # two are of the Django permissions of other admins
        client.get("/admin/")
