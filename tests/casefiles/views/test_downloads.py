from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def addresses(case_file: CaseFile) -> list[str]:
    letter, document = case_file.letters.get(), case_file.documents.all()[0]
    return [
        reverse("casefiles:letter", args=[case_file.reference, letter.pk]),
        reverse("casefiles:document", args=[case_file.reference, document.file_id]),
    ]


def test_owner_downloads(client: PortalClient, applicant: User, case_file: CaseFile) -> None:
    client.force_login(applicant)
    for path in addresses(case_file):
        response = client.get(path)
        assert response.status_code == 200
        assert b"".join(response.streaming_content).startswith(b"%PDF-")
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Cache-Control"].startswith("private, no-store")


def test_staff_open_them_at_the_desk_alone(
    client: PortalClient, caseworker: User, auditor: User, case_file: CaseFile
) -> None:
    """There, who opened what is kept."""
    for person in (caseworker, auditor):
        client.force_login(person)
        assert [client.get(path).status_code for path in addresses(case_file)] == [404, 404]


def test_strangers_find_nothing(
    client: PortalClient, other_applicant: User, foreign_caseworker: User, case_file: CaseFile
) -> None:
    for person in (other_applicant, foreign_caseworker):
        client.force_login(person)
        assert [client.get(path).status_code for path in addresses(case_file)] == [404, 404]


def test_nobody_is_asked_to_sign_in(client: PortalClient, case_file: CaseFile) -> None:
    assert [client.get(path).status_code for path in addresses(case_file)] == [302, 302]


def test_letter_under_another_reference_is_not_found(
    client: PortalClient, applicant: User, other_applicant: User, case_file: CaseFile
) -> None:
    """Knowing one's own reference opens no letter of another file."""
    other = installation_file(applicant=other_applicant)
    client.force_login(applicant)
    letter, document = other.letters.get(), other.documents.all()[0]

    for path in (
        reverse("casefiles:letter", args=[case_file.reference, letter.pk]),
        reverse("casefiles:document", args=[case_file.reference, document.file_id]),
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("status", "scanned", "reason"),
    [
        (ScanStatus.PENDING, False, "« piece.pdf » attend son analyse antivirus."),
        (ScanStatus.INFECTED, True, "« piece.pdf » contient un virus : il reste fermé."),
    ],
)
def test_file_that_stays_closed_says_why(
    client: PortalClient, case_file: CaseFile, status: ScanStatus, scanned: bool, reason: str
) -> None:
    document = case_file.documents.all()[0]
    StoredFile.objects.filter(pk=document.file_id).update(
        scan_status=status, scanned_at=case_file.created_at if scanned else None
    )
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)

    response = client.get(addresses(case_file)[1])

    assert response.status_code == 409
    assert reason in page_text(response)
