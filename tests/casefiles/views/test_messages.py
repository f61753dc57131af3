from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.messaging import mark_read, send_message
from apps.casefiles.models import CaseFile
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
READ = datetime(2026, 11, 6, 14, 30, tzinfo=UTC)


@pytest.fixture
def case_file(client: PortalClient, applicant: User) -> CaseFile:
    client.force_login(applicant)
    return installation_file(applicant=applicant)


def address(case_file: CaseFile) -> str:
    return reverse("casefiles:messages", args=[case_file.reference])


def test_thread_tells_who_read_what_and_when(
    client: PortalClient, case_file: CaseFile, applicant: User, caseworker: User
) -> None:
    send_message(case_file=case_file, author=applicant, body="Faut-il le bail ?", at=SENT)
    mark_read(case_file=case_file, reader=caseworker, at=READ)
    send_message(case_file=case_file, author=caseworker, body="Oui, signé.", at=READ)
    send_message(case_file=case_file, author=applicant, body="Merci.", at=READ)

    with time_machine.travel(READ):
        client.force_login(applicant)
        first = page_text(client.get(address(case_file)))
        second = page_text(client.get(address(case_file)))

    assert (
        "Vous 3 novembre 2026 à 10 h Faut-il le bail ? Lu par le guichet le 6 novembre 2026"
    ) in first
    assert "Le guichet 6 novembre 2026 à 15 h 30 Oui, signé. Nouveau" in first
    assert "Merci. Pas encore lu" in first
    assert "Oui, signé. Lu par vous le 6 novembre 2026 à 15 h 30" in second


def test_message_is_sent_and_shown(client: PortalClient, case_file: CaseFile) -> None:
    response = client.post(address(case_file), {"body": "Bonjour,\nvoici."}, follow=True)

    assert response.redirect_chain == [(address(case_file), 302)]
    assert case_file.messages.get().body == "Bonjour,\nvoici."
    assert "Bonjour, voici. Pas encore lu" in page_text(response)


def test_message_that_is_too_long_is_kept_on_the_page(
    client: PortalClient, case_file: CaseFile
) -> None:
    body = "Bonjour <script>" + "a" * 5000

    response = client.post(address(case_file), {"body": body})

    assert response.status_code == 200
    assert "Bonjour &lt;script&gt;aaa" in response.content.decode()
    assert "Une réponse est à corriger" in page_text(response)
    assert not case_file.messages.exists()


@pytest.mark.parametrize("body", ["", "  \n "])
def test_empty_message_is_refused(client: PortalClient, case_file: CaseFile, body: str) -> None:
    assert "Écrivez un message." in page_text(client.post(address(case_file), {"body": body}))


def test_thread_reads_the_same_number_of_queries_for_one_message_and_three(
    client: PortalClient,
    case_file: CaseFile,
    caseworker: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    send_message(case_file=case_file, author=caseworker, body="Bonjour", at=SENT)
    with django_assert_num_queries(5):
        client.get(address(case_file))

    for _ in range(2):
        send_message(case_file=case_file, author=caseworker, body="Bonjour", at=SENT)
    with django_assert_num_queries(5):
        client.get(address(case_file))
