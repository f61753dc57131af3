from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, ReviewStatus
from apps.casefiles.models import CaseFile, Document, DocumentAccess
from apps.files.enums import ScanStatus
from tests.casefiles.admin.addresses import desk, page_of
from tests.factories.awards import file_in
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(applicant: User) -> Document:
    case_file = installation_file(applicant=applicant)
    return case_file.documents.select_related("case_file", "kind").get(kind__slug="bail")


def check(client: PortalClient, document: Document, **data: str) -> object:
    return client.post(desk("document_check", document.case_file, document.pk), data)


def status_of(document: Document) -> str:
    document.refresh_from_db()
    return document.status


def test_open_shows_the_file_in_a_sandbox_and_keeps_who_opened_it(
    client: PortalClient, caseworker: User, document: Document
) -> None:
    client.force_login(caseworker)

    response = client.get(desk("document", document.case_file, document.pk))

    assert b"".join(response).startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    access = DocumentAccess.objects.get()
    assert (access.document, access.user) == (document, caseworker)
    page = client.get(desk("document_check", document.case_file, document.pk))
    assert "Ouvertures Chloé Instructrice" in page_text(page)


def test_open_waits_for_the_antivirus(
    client: PortalClient, caseworker: User, document: Document
) -> None:
    document.file.scan_status = ScanStatus.PENDING
    document.file.save(update_fields=["scan_status"])
    client.force_login(caseworker)

    response = client.get(desk("document", document.case_file, document.pk))

    assert response.status_code == 409
    assert "attend son analyse antivirus" in page_text(response)
    assert DocumentAccess.objects.count() == 0


def test_accept_is_one_button(client: PortalClient, caseworker: User, document: Document) -> None:
    client.force_login(caseworker)

    response = check(client, document, answer="accepter", comment="oublié là")

    assert response["Location"] == f"{page_of(document.case_file)}#piece-{document.kind_id}"
    assert status_of(document) == ReviewStatus.ACCEPTED
    assert (document.reviewed_by, document.comment) == (caseworker, "")


def test_refuse_says_why(client: PortalClient, caseworker: User, document: Document) -> None:
    client.force_login(caseworker)

    refused = check(client, document, answer="refuser", comment="  ")
    assert "Dites pourquoi la pièce est à remplacer." in page_text(refused)
    assert status_of(document) == ReviewStatus.RECEIVED

    check(client, document, answer="refuser", comment="Dernière page absente.")
    assert status_of(document) == ReviewStatus.REFUSED
    assert document.comment == "Dernière page absente."


def test_check_without_answer_changes_nothing(
    client: PortalClient, caseworker: User, document: Document
) -> None:
    client.force_login(caseworker)

    assert check(client, document).status_code == 200
    assert check(client, document, answer="n’importe").status_code == 200
    assert status_of(document) == ReviewStatus.RECEIVED


def test_readers_check_nothing(client: PortalClient, auditor: User, document: Document) -> None:
    client.force_login(auditor)

    response = check(client, document, answer="accepter")

    assert response.status_code == 409
    assert "Il faut le rôle" in page_text(response)
    assert status_of(document) == ReviewStatus.RECEIVED


def test_pieces_of_a_closed_file_are_not_checked_any_more(
    client: PortalClient, caseworker: User, head: User
) -> None:
    case_file = file_in(CaseFileState.WITHDRAWN, actor=head)
    document = case_file.documents.first()
    assert document is not None
    client.force_login(caseworker)

    response = check(client, document, answer="accepter")

    assert response.status_code == 409
    assert "tant que la demande est à l’étude" in page_text(response)
    assert "Accepter" not in page_text(client.get(page_of(case_file)))


def test_letter_is_opened_from_the_story(client: PortalClient, caseworker: User) -> None:
    case_file: CaseFile = installation_file()
    letter = case_file.letters.get()
    client.force_login(caseworker)

    response = client.get(desk("letter", case_file, letter.pk))

    assert b"".join(response).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["document", "letter"])
def test_what_is_read_is_not_posted(
    client: PortalClient, caseworker: User, document: Document, name: str
) -> None:
    client.force_login(caseworker)

    assert client.post(desk(name, document.case_file, document.pk)).status_code == 405
