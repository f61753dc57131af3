"""The pages that record a signed agreement, and the end of a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.files.models import StoredFile
from tests.factories.awards import CLOSED_AT, active_file, decided_file
from tests.factories.settlement import settle
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

SIGNATURE = {"signed_on_jour": "20", "signed_on_mois": "12", "signed_on_annee": "2026"}


@pytest.fixture
def moment() -> datetime:
    return datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def page(case_file: CaseFile, name: str) -> str:
    return reverse(f"admin:awards_agreement_{name}", args=[case_file.pk])


def signed_scan(content: bytes | None = None, name: str = "convention.pdf") -> SimpleUploadedFile:
    if content is None:
        buffer = BytesIO()
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(buffer)
        content = buffer.getvalue()
    return SimpleUploadedFile(name, content)


def activation(case_file: CaseFile, **typed: Any) -> dict[str, Any]:
    return {"version": case_file.version, **SIGNATURE, "scan": signed_scan(), **typed}


def test_activate_stores_the_scan_and_moves_the_file(as_head: PortalClient, head: User) -> None:
    granted = decided_file(actor=head)
    assert "Convention signée" in page_text(as_head.get(page(granted, "activate")))

    response = as_head.post(page(granted, "activate"), activation(granted))

    assert response.headers["Location"] == reverse(
        "admin:casefiles_casefile_change", args=[granted.pk]
    )
    assert CaseFile.objects.get(pk=granted.pk).state == CaseFileState.ACTIVE
    assert Agreement.objects.get().scan.original_name == "convention.pdf"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"scan": ""}, "Joignez la convention signée."),
        ({"scan": signed_scan(b"", "vide.pdf")}, "vide"),
        ({"scan": signed_scan(b"MZ\x90", "convention.pdf")}, "fichier"),
        ({"signed_on_jour": "45"}, "Le jour est un nombre de 1 à 31."),
        ({"signed_on_annee": "2028"}, "La date de signature est à venir."),
    ],
)
def test_activate_with_a_bad_scan_or_date_changes_nothing(
    as_head: PortalClient, head: User, typed: dict[str, Any], sentence: str
) -> None:
    granted = decided_file(actor=head)
    before = StoredFile.objects.count()

    response = as_head.post(page(granted, "activate"), activation(granted, **typed))

    assert sentence in page_text(response)
    assert CaseFile.objects.get(pk=granted.pk).state == CaseFileState.GRANTED
    assert StoredFile.objects.count() == before


def test_activate_a_file_changed_meanwhile_asks_to_read_it_again(
    as_head: PortalClient, head: User
) -> None:
    granted = decided_file(actor=head)

    response = as_head.post(page(granted, "activate"), activation(granted, version=1))

    assert response.status_code == 409
    assert "Ce dossier a changé depuis que vous l’avez ouvert." in response.text


@pytest.mark.parametrize("name", ["activate", "complete", "scan"])
def test_agreement_of_another_programme_is_not_found(
    client: PortalClient, head: User, foreign_head: User, name: str
) -> None:
    active = active_file(actor=head, supervisor="non")
    client.force_login(foreign_head)

    assert client.get(page(active, name)).status_code == 404


def test_accountant_reads_what_was_paid_and_closes_the_file(
    client: PortalClient, head: User, accountant: User
) -> None:
    active = active_file(actor=head, supervisor="non")
    settle(active, at=CLOSED_AT + timedelta(days=17))
    client.force_login(accountant)

    asked = page_text(client.get(page(active, "complete")))
    assert "Dernier versement 8 janvier 2027" in asked
    client.post(page(active, "complete"), {"version": CaseFile.objects.get(pk=active.pk).version})

    assert CaseFile.objects.get(pk=active.pk).state == CaseFileState.COMPLETED


def test_file_with_a_payment_to_make_is_not_closed(client: PortalClient, head: User) -> None:
    active = active_file(actor=head, supervisor="non")
    client.force_login(head)

    response = client.post(page(active, "complete"), {"version": active.version})

    assert response.status_code == 409
    assert "Il reste 1 versement à payer ou à annuler" in response.text
    assert CaseFile.objects.get(pk=active.pk).state == CaseFileState.ACTIVE


def test_caseworker_reads_why_they_cannot_activate(
    client: PortalClient, head: User, caseworker: User
) -> None:
    granted = decided_file(actor=head)
    client.force_login(caseworker)

    assert (
        "Il faut le rôle « Responsable du guichet »" in client.get(page(granted, "activate")).text
    )
    assert client.post(page(granted, "activate"), activation(granted)).status_code == 409


def test_signed_agreement_opens_from_the_file_s_page(
    client: PortalClient, head: User, auditor: User
) -> None:
    active = active_file(actor=head, supervisor="non")
    client.force_login(auditor)

    file_page = client.get(reverse("admin:casefiles_casefile_change", args=[active.pk])).text
    assert page(active, "scan") in file_page
    response = client.get(page(active, "scan"))
    assert response["Content-Type"] == "application/pdf"
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_agreements_are_listed_for_those_who_read_the_files(
    client: PortalClient, head: User, accountant: User, foreign_head: User
) -> None:
    active = active_file(actor=head, supervisor="non")
    client.force_login(accountant)
    assert active.reference in client.get("/admin/awards/agreement/").text
    client.force_login(foreign_head)
    assert active.reference not in client.get("/admin/awards/agreement/").text
