from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState
from apps.casefiles.exports import sheet_rows
from apps.casefiles.models import CaseFile, FileLook, LookKind
from tests.casefiles.admin.addresses import WORKLIST
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, aided_commune, installation_file
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db

EXPORT = f"{WORKLIST}export/"


def sheet(client: PortalClient, query: str = "?vue=tous") -> list[str]:
    response = client.get(f"{EXPORT}{query}")
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="dossiers.csv"'
    return b"".join(response).decode("utf-8-sig").splitlines()


def test_sheet_says_what_the_list_shows(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(
        until=CaseFileState.UNDER_REVIEW,
        applicant=UserFactory(first_name="Alice", last_name="=Martin"),
        caseworker=caseworker,
        commune=aided_commune(name="Artenay"),
    )
    client.force_login(caseworker)

    headings, row = (line.split(";") for line in sheet(client))
    assert dict(zip(headings, row, strict=True)) == {
        "Dossier": case_file.reference,
        "Dispositif": "Aide à l’installation",
        "État": "En instruction",
        "Canal": "En ligne",
        "Prénom": "Alice",
        "Nom": "'=Martin",
        "Commune": "Artenay",
        "Suivi par": "Chloé Instructrice",
        "Déposé le": "02/11/2026",
        "Rejet implicite le": "02/01/2027",
        "Décidé le": "",
        "Clos le": "",
        "Montant calculé": "37000,00",
        "Montant accordé": "",
    }


def test_sheet_has_all_the_pages_of_the_list_and_its_filters(
    client: PortalClient, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.casefiles.admin.casefile.CaseFileAdmin.list_per_page", 1)
    first, second = (installation_file(at=START + timedelta(days=day)) for day in range(2))
    client.force_login(caseworker)

    assert [line.split(";")[0] for line in sheet(client)[1:]] == [
        second.reference,
        first.reference,
    ]
    assert sheet(client, f"?q={first.reference}")[1].startswith(first.reference)
    assert len(sheet(client, f"?q={first.reference}")) == 2
    page = client.get(f"{WORKLIST}?vue=tous").content.decode()
    assert f'<a href="{EXPORT}?vue=tous" download>Télécharger cette liste (CSV)</a>' in page


def test_who_took_which_list_is_kept(client: PortalClient, caseworker: User) -> None:
    """The filters and the number of rows, not the words that were searched for."""
    installation_file(applicant=UserFactory(last_name="Zyxwvut"))
    client.force_login(caseworker)

    sheet(client, "?vue=tous&dispositif=installation")
    sheet(client, "?vue=tous&q=zyxwvut")

    looks = FileLook.objects.filter(kind=LookKind.EXPORT).order_by("pk")
    details = [plain(look.detail) for look in looks]
    assert details[0].startswith("1 ligne. Dossiers (")
    assert "Dispositif : Aide à l’installation" in details[0]
    assert details[1].endswith("avec une recherche)")
    assert "zyxwvut" not in details[1].lower()
    assert {look.user for look in looks} == {caseworker}


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER])
def test_sheet_is_for_those_who_work_on_files(client: PortalClient, role: Role) -> None:
    installation_file()
    client.force_login(UserFactory(grants=[(role, "")]))

    assert client.get(EXPORT).status_code == 403
    assert "Télécharger cette liste" not in client.get(WORKLIST).content.decode()


def test_sheet_is_read_from_a_cursor_a_piece_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.casefiles.exports.CHUNK", 1)
    for day in range(3):
        installation_file(at=START + timedelta(days=day))

    rows = sheet_rows(CaseFile.objects.order_by("pk"))
    next(rows), next(rows)

    assert open_cursors() == 1
    assert len(list(rows)) == 2
    assert open_cursors() == 0


def open_cursors() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django_curs_%%'", [])
        [count] = cursor.fetchone()
    return int(count)
