"""Every page, for its owner in each state, for a stranger, for staff, for nobody."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles import enums
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import file_in
from tests.factories.casefiles import (
    aided_commune,
    installation_file,
    reference_rows,
    staff_member,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

PAGES: dict[str, tuple[str, ...]] = {
    "case_file": (),
    "task": ("exercice",),
    "pieces": (),
    "piece": ("bail",),
    "check": (),
    "receipt": (),
    "corrections": (),
    "messages": (),
    "withdraw": (),
}


def address(page: str, case_file: CaseFile) -> str:
    return reverse(f"casefiles:{page}", args=[case_file.reference, *PAGES[page]])


def opens(page: str, case_file: CaseFile) -> bool:
    """Whether the page shows itself in this state, rather than leading to another."""
    draft = case_file.state == CaseFileState.DRAFT
    incomplete = case_file.state == CaseFileState.INCOMPLETE
    return {
        "task": draft or incomplete,
        "check": draft,
        "receipt": case_file.submitted_at is not None,
        "corrections": incomplete,
        "messages": not draft,
        "withdraw": case_file.state in enums.UNDECIDED_STATES,
    }.get(page, True)


@pytest.mark.parametrize("state", CaseFileState)
def test_owner_sees_every_page_that_the_state_has(
    client: PortalClient, head: User, applicant: User, state: CaseFileState
) -> None:
    case_file = file_in(state, actor=head, applicant=applicant)
    client.force_login(applicant)

    answers = {page: client.get(address(page, case_file)).status_code for page in PAGES}

    assert answers == {page: 200 if opens(page, case_file) else 302 for page in PAGES}
    assert client.get("/mon-espace/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_staff_find_nothing(
    client: PortalClient, other_applicant: User, page: str
) -> None:
    files = [installation_file(until=state) for state in ("draft", "submitted")]
    staff = [staff_member(role) for role in (Role.CASEWORKER, Role.HEAD, Role.AUDITOR)]

    for person in (other_applicant, *staff):
        client.force_login(person)
        for case_file in files:
            assert client.get(address(page, case_file)).status_code == 404
            # A page without a form refuses the method before it looks at anything.
            assert client.post(address(page, case_file)).status_code in (404, 405)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_asked_to_sign_in(client: PortalClient, page: str) -> None:
    case_file = installation_file()

    response = client.get(address(page, case_file))

    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/?next=/mon-espace/dossiers/INS-")


def test_space_of_nobody_asks_to_sign_in(client: PortalClient) -> None:
    assert client.get("/mon-espace/")["Location"] == "/compte/connexion/?next=/mon-espace/"


def test_unknown_reference_step_and_piece_are_not_found(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    client.force_login(applicant)
    base = f"/mon-espace/dossiers/{case_file.reference}"

    for path in (
        "/mon-espace/dossiers/INS-2026-99999-X/",
        f"{base}/etapes/inconnue/",
        f"{base}/pieces/inconnue/",
        # Asked of supervisors only.
        f"{base}/pieces/maitre-de-stage/",
    ):
        assert client.get(path).status_code == 404


def test_pages_are_kept_by_no_cache_and_no_search_engine(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    response = client.get(address("case_file", case_file))

    assert "no-store" in response["Cache-Control"]
    assert b'<meta name="robots" content="noindex">' in response.content


@pytest.fixture
def desk_file(caseworker: User) -> CaseFile:
    """A request by phone, for a person without an account."""
    return start_case_file(
        programme="installation", applicant=None, filed_by=caseworker, channel=Channel.PHONE
    )


def test_agent_fills_a_request_made_by_phone(
    client: PortalClient, caseworker: User, desk_file: CaseFile
) -> None:
    client.force_login(caseworker)

    for page in ("case_file", "task", "pieces", "check", "withdraw"):
        response = client.get(address(page, desk_file))
        assert response.status_code == 200
        assert "Vous saisissez cette demande pour une personne" in response.content.decode()


def test_agent_of_another_programme_finds_nothing(
    client: PortalClient, foreign_caseworker: User, auditor: User, desk_file: CaseFile
) -> None:
    for person in (foreign_caseworker, auditor, staff_member(Role.ACCOUNTANT)):
        client.force_login(person)
        assert client.get(address("case_file", desk_file)).status_code == 404


def test_agent_files_a_request_from_the_first_answer_to_the_receipt(
    client: PortalClient, caseworker: User, desk_file: CaseFile
) -> None:
    """The pages are the applicant's; the receipt is printed and posted: no address was given."""
    reference_rows()
    commune = aided_commune(name="Démo-sur-Loire")
    client.force_login(caseworker)
    answers: dict[str, dict[str, str]] = {
        "vous": {
            "first_name": "Renée",
            "last_name": "Démo",
            "postal_address": "3 rue de la Démo\n45000 Orléans",
        },
        "profession": {
            "profession": "masseur-kinesitherapeute",
            "is_first_installation": "oui",
        },
        "lieu": {
            "commune": commune.label,
            "structure_kind": "cabinet",
            "address": "1 rue de la Démo",
        },
        "exercice": {"starts_on": "2027-01-04", "practice_mode": "liberal"},
        "maitre-de-stage": {"supervisor": "non"},
        "autres-aides": {"has_other_aid": "non"},
    }
    for slug, values in answers.items():
        path = reverse("casefiles:task", args=[desk_file.reference, slug])
        assert client.post(path, values).status_code == 302
    for slug in ("diplome", "ordre", "bail"):
        path = reverse("casefiles:piece", args=[desk_file.reference, slug])
        assert client.post(path, {"uploads": [upload(pdf_bytes(), "scan.pdf")]}).status_code == 302
    desk_file.refresh_from_db()

    sent = client.post(
        address("check", desk_file), {"is_exact": "on", "expected_version": desk_file.version}
    )

    assert sent["Location"] == address("receipt", desk_file)
    assert "Renée Démo. Par téléphone." in page_text(client.get(sent["Location"]))
    desk_file.refresh_from_db()
    assert desk_file.state == CaseFileState.SUBMITTED
    assert desk_file.letters.count() == 1
    assert not OutgoingEmail.objects.exists()
