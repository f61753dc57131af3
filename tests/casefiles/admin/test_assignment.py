from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from tests.casefiles.admin.addresses import WORKLIST, desk, page_of
from tests.factories.awards import file_in
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

BATCH = "/admin/casefiles/casefile/batch/assign/"


@pytest.fixture
def client(client: PortalClient, caseworker: User) -> PortalClient:
    client.force_login(caseworker)
    return client


def owners() -> set[User | None]:
    return {case_file.owner for case_file in CaseFile.objects.select_related("owner")}


def test_assign_shows_what_each_already_has(
    client: PortalClient, caseworker: User, other_caseworker: User, editor: User
) -> None:
    case_file = installation_file()
    installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=other_caseworker)

    text = page_text(client.get(desk("assign", case_file)))

    assert "Chloé Instructrice, aucun dossier à traiter" in text
    assert "Cyril Instructeur, 1 dossier à traiter" in text
    assert "Estelle" not in text


def test_assign_gives_the_file(client: PortalClient, other_caseworker: User) -> None:
    case_file = installation_file()

    response = client.post(desk("assign", case_file), {"owner": other_caseworker.pk})

    assert response["Location"] == page_of(case_file)
    assert owners() == {other_caseworker}


def test_assign_to_somebody_else_s_agent_is_refused(
    client: PortalClient, foreign_caseworker: User
) -> None:
    case_file = installation_file()

    response = client.post(desk("assign", case_file), {"owner": foreign_caseworker.pk})

    assert "Cette personne n’instruit pas ce dispositif." in page_text(response)
    assert owners() == {None}


def test_assign_a_closed_file_is_refused(
    client: PortalClient, caseworker: User, head: User
) -> None:
    case_file = file_in(CaseFileState.WITHDRAWN, actor=head)

    response = client.post(desk("assign", case_file), {"owner": caseworker.pk})

    assert response.status_code == 409
    assert "Ce dossier est clos" in page_text(response)


def test_auditor_assigns_nothing(client: PortalClient, auditor: User, caseworker: User) -> None:
    case_file = installation_file()
    client.force_login(auditor)

    assert client.post(desk("assign", case_file), {"owner": caseworker.pk}).status_code == 409
    response = client.post(BATCH, {"dossier": [case_file.pk], "owner": caseworker.pk})
    assert "Il faut le rôle" in page_text(response)
    assert owners() == {None}


def test_batch_lists_the_files_and_those_left_aside(client: PortalClient, head: User) -> None:
    first, second = installation_file(), installation_file()
    closed = file_in(CaseFileState.WITHDRAWN, actor=head)

    response = client.get(f"{BATCH}?dossier={first.pk}&dossier={second.pk}&dossier={closed.pk}")

    text = page_text(response)
    assert "2 dossiers" in text
    assert f"{closed.reference}, {closed.applicant_name} : Ce dossier est clos" in text
    html = response.content.decode()
    assert f'name="dossier" value="{first.pk}"' in html
    assert f'name="dossier" value="{closed.pk}"' not in html


def test_batch_gives_every_file(client: PortalClient, other_caseworker: User) -> None:
    files = [installation_file(), installation_file()]

    response = client.post(
        BATCH, {"dossier": [item.pk for item in files], "owner": other_caseworker.pk}
    )

    assert response["Location"] == WORKLIST
    assert owners() == {other_caseworker}
    assert "2 dossiers suivis par Cyril Instructeur." in page_text(client.get(WORKLIST))


def test_batch_is_all_or_nothing(
    client: PortalClient, other_caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file closed between the page and the button stops the whole batch."""
    files = [installation_file(), installation_file()]
    monkeypatch.setattr(
        "apps.casefiles.assignment.why_not_assign",
        lambda user, case_file: "Trop tard." if case_file == files[1] else "",
    )

    response = client.post(
        BATCH, {"dossier": [item.pk for item in files], "owner": other_caseworker.pk}
    )

    assert response.status_code == 409
    assert f"Rien n’a changé {files[1].reference} : Trop tard." in page_text(response)
    assert owners() == {None}


@pytest.mark.parametrize("query", ["", "?dossier=", "?dossier=abc", f"?dossier={'9' * 30}"])
def test_batch_of_nothing_says_what_to_do(client: PortalClient, query: str) -> None:
    assert "Aucun dossier choisi" in page_text(client.get(f"{BATCH}{query}"))


def test_batch_of_files_of_others_finds_none(
    client: PortalClient, foreign_caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(foreign_caseworker)

    response = client.get(f"{BATCH}?dossier={case_file.pk}")

    assert case_file.reference not in response.content.decode()
    client.post(BATCH, {"dossier": [case_file.pk], "owner": foreign_caseworker.pk})
    assert owners() == {None}
