"""Every page of the desk, for every role, for a foreign programme's agent, for nobody."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import write_note
from apps.casefiles.models import CaseFile
from tests.casefiles.admin.addresses import WORKLIST, desk, page_of
from tests.factories.awards import file_in
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

READERS = ("caseworker", "head", "accountant", "auditor", "superuser")
STRANGERS = ("foreign_caseworker", "committee_member")
OUTSIDERS = ("editor",)


@pytest.fixture
def case_file(other_caseworker: User, applicant: User) -> CaseFile:
    case_file = installation_file(
        until=CaseFileState.UNDER_REVIEW, applicant=applicant, caseworker=other_caseworker
    )
    write_note(case_file=case_file, author=other_caseworker, body="Note très privée")
    return case_file


def pages(case_file: CaseFile) -> dict[str, str]:
    document = case_file.documents.first()
    letter = case_file.letters.first()
    note = case_file.notes.first()
    assert document is not None
    assert letter is not None
    assert note is not None
    return {
        "file": page_of(case_file),
        "move": desk("move", case_file, "propose"),
        "assign": desk("assign", case_file),
        "message": desk("message", case_file),
        "note_add": desk("note_add", case_file),
        "note_change": desk("note_change", case_file, note.pk),
        "document": desk("document", case_file, document.pk),
        "check": desk("document_check", case_file, document.pk),
        "letter": desk("letter", case_file, letter.pk),
    }


def statuses(client: PortalClient, case_file: CaseFile) -> dict[str, int]:
    found = {}
    for name, address in pages(case_file).items():
        response = client.get(address)
        found[name] = response.status_code
        b"".join(response)  # a document is streamed: read to its end, it is closed
    return found


def test_agents_of_the_programme_open_every_page(
    client: PortalClient, case_file: CaseFile, caseworker: User, head: User
) -> None:
    for person in (caseworker, head):
        client.force_login(person)
        assert set(statuses(client, case_file).values()) == {200}


@pytest.mark.parametrize("persona", ["accountant", "auditor"])
def test_readers_open_what_is_to_read_only(
    client: PortalClient, case_file: CaseFile, persona: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(persona))

    assert statuses(client, case_file) == {
        "file": 200,
        "move": 200,  # says why not
        "assign": 200,  # says why not
        "message": 403,
        "note_add": 403,
        "note_change": 200,
        "document": 200,
        "check": 200,
        "letter": 200,
    }


@pytest.mark.parametrize("persona", [*STRANGERS, *OUTSIDERS])
def test_file_of_others_does_not_exist(
    client: PortalClient, case_file: CaseFile, persona: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(persona))

    for address in pages(case_file).values():
        for response in (client.get(address), client.post(address, {"answer": "accepter"})):
            assert response.status_code in {404, 405}
            assert case_file.reference not in response.content.decode()
            assert "Alice" not in response.content.decode()
    assert case_file.documents.exclude(reviewed_at=None).count() == 0


def test_applicants_and_visitors_are_led_to_sign_in(
    client: PortalClient, case_file: CaseFile, applicant: User
) -> None:
    for _ in range(2):
        for address in (WORKLIST, *pages(case_file).values()):
            response = client.get(address)
            assert response.status_code == 302
            assert response["Location"].startswith(("/admin/login/", "/compte/"))
        client.force_login(applicant)


@pytest.mark.parametrize(
    ("persona", "answer"),
    [
        *((name, (200, True)) for name in READERS),
        *((name, (200, False)) for name in STRANGERS),
        *((name, (403, False)) for name in OUTSIDERS),
    ],
)
def test_worklist_shows_what_one_may_read(
    client: PortalClient,
    case_file: CaseFile,
    persona: str,
    answer: tuple[int, bool],
    request: pytest.FixtureRequest,
) -> None:
    client.force_login(request.getfixturevalue(persona))

    response = client.get(WORKLIST)

    assert (response.status_code, case_file.reference in response.content.decode()) == answer


def test_auditor_reads_without_a_single_button(
    client: PortalClient, case_file: CaseFile, auditor: User
) -> None:
    client.force_login(auditor)

    html = client.get(page_of(case_file)).content.decode()
    worklist = client.get(WORKLIST).content.decode()

    main = html[html.index("<main") :]
    assert "<form" not in main
    assert "/move/" not in main
    assert "Vous lisez ce dossier sans pouvoir le changer." in main
    assert "Note très privée" in main
    assert "Saisir une demande" not in worklist
    assert 'type="checkbox"' not in worklist


def test_own_request_is_not_on_one_s_desk(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(applicant=caseworker)
    client.force_login(caseworker)

    assert client.get(page_of(case_file)).status_code == 404
    assert case_file.reference not in client.get(WORKLIST).content.decode()


def test_committee_member_reads_the_agenda_without_the_notes(
    client: PortalClient, head: User, other_caseworker: User, committee_member: User
) -> None:
    case_file = file_in(CaseFileState.SCHEDULED, actor=head)
    write_note(case_file=case_file, author=other_caseworker, body="Note très privée")
    client.force_login(committee_member)

    text = page_text(client.get(page_of(case_file)))

    assert "Montant et règles" in text
    assert "Note très privée" not in text
    assert "Vous lisez ce dossier sans pouvoir le changer." in text


def test_address_that_means_nothing_is_not_found(
    client: PortalClient, case_file: CaseFile, caseworker: User
) -> None:
    client.force_login(caseworker)

    for address in (
        "/admin/casefiles/casefile/999999999/change/",
        "/admin/casefiles/casefile/99999999999999999999999/change/",
        "/admin/casefiles/casefile/abc/change/",
        desk("move", case_file, "teleport"),
        desk("document", case_file, 999999),
        desk("letter", case_file, 999999),
        desk("note_change", case_file, 999999),
    ):
        assert client.get(address).status_code == 404, address


def test_documents_of_another_file_are_not_found(
    client: PortalClient, case_file: CaseFile, caseworker: User
) -> None:
    other = installation_file()
    document, letter = other.documents.first(), other.letters.first()
    assert document is not None
    assert letter is not None
    client.force_login(caseworker)

    for address in (
        desk("document", case_file, document.pk),
        desk("document_check", case_file, document.pk),
        desk("letter", case_file, letter.pk),
    ):
        assert client.get(address).status_code == 404


def test_agents_of_the_same_role_share_a_query_and_no_answer(
    client: PortalClient, caseworker: User, other_caseworker: User
) -> None:
    """The query of a file's page is built once for both; nobody works on their own request."""
    own = installation_file(
        until=CaseFileState.UNDER_REVIEW, applicant=caseworker, caseworker=other_caseworker
    )
    for person, status in ((other_caseworker, 200), (caseworker, 404), (other_caseworker, 200)):
        client.force_login(person)
        assert client.get(page_of(own)).status_code == status
