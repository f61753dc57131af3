from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from tests.factories.awards import file_in, scheduled_file
from tests.factories.casefiles import (
    START,
    ask_corrections,
    installation_file,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def page_of(case_file: CaseFile) -> str:
    return reverse("casefiles:case_file", args=[case_file.reference])


def test_space_without_a_file_says_what_to_do(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)

    response = client.get("/mon-espace/")

    assert "Vous n’avez pas encore de demande" in page_text(response)
    assert b'href="/aides/"' in response.content


def test_space_offers_to_resume_a_draft(client: PortalClient, applicant: User) -> None:
    draft = start_case_file(programme="installation", applicant=applicant, at=START)
    client.force_login(applicant)

    response = client.get("/mon-espace/")

    assert (
        f"Demande {draft.reference}, commencée le 2 novembre 2026. "
        "Elle n’est pas encore envoyée. Reprendre"
    ) in page_text(response)
    assert page_of(draft).encode() in response.content


@time_machine.travel(START + timedelta(days=8))
def test_space_says_what_happens_next_and_by_when(
    client: PortalClient, applicant: User, caseworker: User, head: User
) -> None:
    ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)

    text = page_text(client.get("/mon-espace/"))

    assert (
        "Corrigez 2 points, puis renvoyez votre dossier. À envoyer pour le 30 novembre 2026."
    ) in text
    assert "Une action de votre part est attendue" in text


def test_space_names_the_commission_of_a_scheduled_file(
    client: PortalClient, applicant: User, head: User
) -> None:
    scheduled_file(actor=head, applicant=applicant)
    client.force_login(applicant)

    with time_machine.travel(START + timedelta(days=20)):
        text = page_text(client.get("/mon-espace/"))

    assert "Examiné en commission le 18 décembre 2026" in text


def test_space_counts_unread_messages(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant)
    for _ in range(2):
        send_message(case_file=case_file, author=caseworker, body="Bonjour", at=START)
    send_message(case_file=case_file, author=applicant, body="Bonjour", at=START)
    client.force_login(applicant)

    assert "2 messages non lus" in page_text(client.get("/mon-espace/"))


def test_space_forgets_a_draft_that_was_given_up(client: PortalClient, applicant: User) -> None:
    draft = start_case_file(programme="installation", applicant=applicant)
    perform(draft, "withdraw", actor=applicant)
    client.force_login(applicant)

    text = page_text(client.get("/mon-espace/"))

    assert draft.reference not in text
    assert "Vous n’avez pas encore de demande" in text


def test_space_keeps_a_request_that_was_withdrawn(
    client: PortalClient, applicant: User, head: User
) -> None:
    case_file = file_in(CaseFileState.WITHDRAWN, actor=head, applicant=applicant)
    client.force_login(applicant)

    text = page_text(client.get("/mon-espace/"))

    assert f"Terminés Aide à l’installation, {case_file.reference}" in text


def test_space_shows_nobody_else(
    client: PortalClient, applicant: User, other_applicant: User
) -> None:
    other = installation_file(applicant=other_applicant)
    client.force_login(applicant)

    assert other.reference not in page_text(client.get("/mon-espace/"))


def test_space_reads_the_same_number_of_queries_for_one_file_and_three(
    client: PortalClient,
    applicant: User,
    caseworker: User,
    head: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)
    with django_assert_num_queries(6):
        client.get("/mon-espace/")

    for state in (CaseFileState.REJECTED, CaseFileState.DISMISSED):
        perform_withdraw_open(applicant)
        file_in(state, actor=head, applicant=applicant)
    with django_assert_num_queries(6):
        client.get("/mon-espace/")


def perform_withdraw_open(applicant: User) -> None:
    """One open file a person and aid: the former one is withdrawn first."""
    for case_file in CaseFile.objects.undecided().filter(applicant=applicant):
        perform(case_file, "withdraw", actor=applicant)
