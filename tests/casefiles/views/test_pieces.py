from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.models import User
from apps.casefiles.documents import DocumentRow, PieceStatus, document_rows, review_document
from apps.casefiles.drafts import start_case_file
from apps.casefiles.models import CaseFile, Document
from apps.files.enums import ScanStatus
from apps.files.models import StoredFile
from tests.factories.casefiles import (
    START,
    ask_corrections,
    installation_file,
    reference_rows,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import image_bytes, pdf_bytes, upload, with_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client: PortalClient, applicant: User) -> CaseFile:
    reference_rows()
    client.force_login(applicant)
    return start_case_file(programme="installation", applicant=applicant)


def address(case_file: CaseFile, slug: str = "bail") -> str:
    return reverse("casefiles:piece", args=[case_file.reference, slug])


def row(case_file: CaseFile, slug: str = "bail") -> DocumentRow:
    return next(item for item in document_rows(case_file) if item.kind.slug == slug)


def lease(name: str = "bail.pdf") -> SimpleUploadedFile:
    return upload(pdf_bytes(), name)


def test_piece_says_what_is_accepted(client: PortalClient, draft: CaseFile) -> None:
    text = page_text(client.get(address(draft)))

    assert "Une lettre d’accord de la structure convient aussi." in text
    assert "Exemple : Promesse de bail signée." in text
    assert "PDF, JPEG, PNG ou HEIC, 10 Mo au plus par fichier." in text
    assert "Je ne l’ai pas encore" in text


def test_several_files_answer_one_piece(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(
        address(draft),
        {"uploads": [lease("page 1.pdf"), upload(image_bytes("PNG"), "page 2.png")]},
        follow=True,
    )

    assert response.redirect_chain == [(address(draft), 302)]
    text = page_text(response)
    assert "2 fichiers reçus." in text
    assert "page 1.pdf PDF," in text
    assert "page 2.png PNG," in text
    assert row(draft).status == PieceStatus.RECEIVED


def test_bad_files_are_named_and_the_good_ones_kept(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(
        address(draft),
        {
            "uploads": [
                lease(),
                upload(b"", "vide.pdf"),
                upload(pdf_bytes(change=with_script), "script.pdf"),
                upload(b"MZ\x90\x00", "diplome.pdf"),
            ]
        },
        follow=True,
    )

    text = page_text(response)
    assert "« bail.pdf » est reçu." in text
    assert "Non reçu, « vide.pdf » : Ce fichier est vide." in text
    assert "Non reçu, « script.pdf » : Ce PDF contient" in text
    assert "Non reçu, « diplome.pdf » : Ce fichier est un programme." in text
    assert [document.file.original_name for document in row(draft).documents] == ["bail.pdf"]


def test_only_bad_files_leave_nothing_behind(client: PortalClient, draft: CaseFile) -> None:
    before = StoredFile.objects.count()

    response = client.post(
        address(draft), {"uploads": [upload(b"", "vide.pdf"), upload(b"<html>", "page.pdf")]}
    )

    assert response.status_code == 200
    text = page_text(response)
    assert "2 réponses sont à corriger" in text
    assert "« vide.pdf » : Ce fichier est vide." in text
    assert "« page.pdf » : Ce fichier est une page web." in text
    assert StoredFile.objects.count() == before


def test_nothing_chosen_asks_for_a_file(client: PortalClient, draft: CaseFile) -> None:
    assert "Choisissez au moins un fichier." in page_text(client.post(address(draft), {}))


def test_piece_leads_to_the_next_one_that_is_awaited(client: PortalClient, draft: CaseFile) -> None:
    client.post(address(draft, "diplome"), {"uploads": [lease("diplome.pdf")]})

    text = page_text(client.get(address(draft, "diplome")))

    assert "Pièce suivante : Attestation d’inscription à l’Ordre" in text


def test_file_can_be_taken_back(client: PortalClient, draft: CaseFile) -> None:
    client.post(address(draft), {"uploads": [lease()]})
    (document,) = row(draft).documents

    response = client.post(
        reverse("casefiles:remove_document", args=[draft.reference, "bail"]),
        {"document": document.pk},
        follow=True,
    )

    assert "« bail.pdf » est retiré." in page_text(response)
    assert row(draft).status == PieceStatus.MISSING


@pytest.mark.parametrize("chosen", ["", "abc", "0", "99999999", "²"])
def test_taking_back_what_does_not_exist_is_not_found(
    client: PortalClient, draft: CaseFile, chosen: str
) -> None:
    response = client.post(
        reverse("casefiles:remove_document", args=[draft.reference, "bail"]), {"document": chosen}
    )

    assert response.status_code == 404


def test_file_of_somebody_else_cannot_be_taken_back(
    client: PortalClient, draft: CaseFile, other_applicant: User
) -> None:
    other = installation_file(applicant=other_applicant)
    document = row(other).documents[0]

    response = client.post(
        reverse("casefiles:remove_document", args=[draft.reference, "bail"]),
        {"document": document.pk},
    )

    assert response.status_code == 404
    assert Document.objects.get(pk=document.pk).removed_at is None


@time_machine.travel(START)
def test_piece_that_comes_later_is_announced_with_a_reason_and_a_day(
    client: PortalClient, draft: CaseFile
) -> None:
    response = client.post(
        address(draft),
        {
            "promise": "oui",
            "reason": "Le bail se signe en décembre.",
            "expected_on_jour": "12",
            "expected_on_mois": "12",
            "expected_on_annee": "2026",
        },
        follow=True,
    )

    assert response.redirect_chain == [(reverse("casefiles:pieces", args=[draft.reference]), 302)]
    assert "C’est noté : nous savons quand cette pièce arrive." in page_text(response)
    promise = row(draft).promise
    assert promise is not None
    assert promise.expected_on == date(2026, 12, 12)
    assert "Attendue le 12 décembre 2026 : Le bail se signe en décembre." in page_text(
        client.get(address(draft))
    )


@time_machine.travel(START)
@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (("", "12", "12", "2026"), "Dites pourquoi vous ne l’avez pas encore."),
        (("Bientôt", "1", "11", "2026"), "Indiquez une date à venir."),
        (("Bientôt", "", "", ""), "Indiquez la date"),
        (("Bientôt", "31", "11", "2026"), "Le 31 novembre 2026 n’existe pas"),
    ],
)
def test_announcement_that_is_wrong_says_why_and_keeps_what_was_typed(
    client: PortalClient, draft: CaseFile, answers: tuple[str, ...], reason: str
) -> None:
    why, day, month, year = answers

    response = client.post(
        address(draft),
        {
            "promise": "oui",
            "reason": why,
            "expected_on_jour": day,
            "expected_on_mois": month,
            "expected_on_annee": year,
        },
    )

    assert response.status_code == 200
    assert reason in page_text(response)
    content = response.content.decode()
    assert not day or f'value="{day}"' in content
    assert why in content
    assert '<details class="more" open>' in content
    assert row(draft).promise is None


def test_piece_of_a_sent_file_is_shown_and_closed(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    response = client.get(address(case_file))
    assert "Cette pièce n’est pas à reprendre. Écrivez un message au guichet." in page_text(
        response
    )
    assert "<form" not in response.content.decode()

    refused = client.post(address(case_file), {"uploads": [lease()]})
    assert "Cette pièce n’est pas à reprendre." in page_text(refused)
    assert len(row(case_file).documents) == 1


def test_piece_asked_again_says_why_and_is_answered_by_a_new_file(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)
    assert row(case_file).status == PieceStatus.REFUSED

    assert "La dernière page manque." in page_text(client.get(address(case_file)))
    client.post(address(case_file), {"uploads": [lease("bail complet.pdf")]})

    assert row(case_file).status == PieceStatus.RECEIVED
    change = row(case_file).change
    assert change is not None
    assert change.answered_at is not None


def test_refused_file_shows_the_guichet_s_reason(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant)
    review_document(
        document=row(case_file).documents[0], by=caseworker, accepted=False, comment="Illisible."
    )
    client.force_login(applicant)

    assert "À remplacer : Illisible." in page_text(client.get(address(case_file)))


def test_file_with_a_virus_has_to_be_replaced(client: PortalClient, draft: CaseFile) -> None:
    client.post(address(draft), {"uploads": [lease()]})
    StoredFile.objects.update(
        scan_status=ScanStatus.INFECTED, scanned_at=START, threat="Eicar-Signature"
    )

    text = page_text(client.get(address(draft)))

    assert "Ce fichier contient un virus : envoyez-en un autre." in text
    assert row(draft).status == PieceStatus.REFUSED
    assert "Eicar" not in text


def test_pieces_lists_each_with_its_state(client: PortalClient, draft: CaseFile) -> None:
    client.post(address(draft), {"uploads": [lease()]})

    text = page_text(client.get(reverse("casefiles:pieces", args=[draft.reference])))

    assert "Diplôme d’État Copie du diplôme, recto et verso." in text
    assert text.count("À joindre") == 2
    assert text.count("Reçue") == 1
