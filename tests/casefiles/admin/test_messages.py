from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import Channel
from apps.casefiles.messaging import MAX_LENGTH, write_note
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.casefiles.admin.addresses import desk, page_of
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


@pytest.fixture
def client(client: PortalClient, caseworker: User) -> PortalClient:
    client.force_login(caseworker)
    return client


def test_message_reaches_the_person_and_an_e_mail_without_the_text(
    client: PortalClient, case_file: CaseFile
) -> None:
    response = client.post(desk("message", case_file), {"body": "Bonjour, le bail ?"})

    assert response["Location"] == f"{page_of(case_file)}#messages"
    message = case_file.messages.get()
    assert (message.body, message.is_from_staff) == ("Bonjour, le bail ?", True)
    email = OutgoingEmail.objects.get(kind="casefile-message")
    assert "le bail" not in email.text


@pytest.mark.parametrize("name", ["message", "note_add"])
def test_empty_text_is_refused(client: PortalClient, case_file: CaseFile, name: str) -> None:
    response = client.post(desk(name, case_file), {"body": "   "})

    assert response.status_code == 422
    assert "Écrivez un texte." in page_text(response)
    assert (case_file.messages.count(), case_file.notes.count()) == (0, 0)


def test_too_long_a_message_is_shown_again(client: PortalClient, case_file: CaseFile) -> None:
    body = "a" * (MAX_LENGTH + 1)

    response = client.post(desk("message", case_file), {"body": body})

    assert response.status_code == 422
    assert body in response.content.decode()


def test_message_to_somebody_without_an_account_is_refused_and_shown_again(
    client: PortalClient, case_file: CaseFile, caseworker: User
) -> None:
    CaseFile.objects.update(applicant=None, channel=Channel.PHONE, filed_by=caseworker)

    response = client.post(desk("message", case_file), {"body": "Bonjour, le bail ?"})

    assert response.status_code == 422
    assert "Cette personne n’a pas de compte : appelez-la" in page_text(response)
    assert "Bonjour, le bail ?" in page_text(response)


def test_note_is_kept_and_changed_by_its_author_only(
    client: PortalClient, case_file: CaseFile, other_caseworker: User
) -> None:
    client.post(desk("note_add", case_file), {"body": "Avis demandé."})
    note = case_file.notes.get()
    address = desk("note_change", case_file, note.pk)
    client.post(address, {"body": "Avis favorable."})
    client.force_login(other_caseworker)

    assert client.post(address, {"body": "Autre chose"}).status_code == 403
    assert "<textarea" not in client.get(address).content.decode()
    note.refresh_from_db()
    assert note.body == "Avis favorable."


def test_note_is_never_the_applicant_s_to_read(
    client: PortalClient, case_file: CaseFile, caseworker: User, applicant: User
) -> None:
    write_note(case_file=case_file, author=caseworker, body="Avis très réservé.")
    client.force_login(applicant)

    html = client.get(f"/mon-espace/dossiers/{case_file.reference}/").content.decode()

    assert "Avis très réservé" not in html


@pytest.mark.parametrize("name", ["message", "note_add"])
def test_auditor_writes_nothing(
    client: PortalClient, case_file: CaseFile, auditor: User, name: str
) -> None:
    client.force_login(auditor)

    assert client.post(desk(name, case_file), {"body": "Bonjour"}).status_code == 403
    assert (case_file.messages.count(), case_file.notes.count()) == (0, 0)
