"""What a beneficiary reads of their payments, and the page where a piece is sent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import Instalment
from apps.awards.payment_words import next_payment, status_words
from apps.awards.proofs import refuse_proof
from apps.casefiles.models import CaseFile
from tests.factories.payments import AMOUNT, award, planned
from tests.support.client import PortalClient
from tests.support.text import page_text, plain
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

PIECE = ProofKind.PIECE


@pytest.fixture
def case_file(head: User, applicant: User) -> CaseFile:
    return award(
        planned(Decimal(6000), proof=PIECE),
        planned(AMOUNT - 6000, proof=PIECE, due_on=date(2028, 11, 15), budget_year=2028),
        actor=head,
        applicant=applicant,
    )


def address(case_file: CaseFile, rank: int = 1) -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/versements/{rank}/"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"due_on": date(2027, 11, 15), "proof_kind": PIECE, "proof_label": "Certificat"},
            "Prochain versement : 6 000 € en novembre 2027, après votre certificat.",
        ),
        (
            {"due_on": None, "proof_kind": "none", "proof_label": ""},
            "Prochain versement : 6 000 €.",
        ),
        (
            {"due_on": None, "proof_kind": "attestation", "proof_label": "Présence en mai"},
            "Prochain versement : 6 000 €, après réception de l’attestation (présence en mai).",
        ),
        (
            {"due_on": None, "proof_kind": PIECE, "proof_label": "RIB", "is_proven": True},
            "Prochain versement : 6 000 €.",
        ),
    ],
)
def test_next_payment_is_told_in_plain_words(facts: dict[str, object], sentence: str) -> None:
    values = {"amount": Decimal(6000), "is_proven": False, **facts}
    assert plain(next_payment(**values)) == sentence  # type: ignore[arg-type]


def test_every_status_has_words() -> None:
    assert {status_words(status, None) for status in InstalmentStatus if status != "paid"}
    assert plain(status_words("paid", date(2027, 1, 5))) == "Versé le 5 janvier 2027"


def test_file_shows_the_schedule_and_what_to_send(
    client: PortalClient, case_file: CaseFile, applicant: User
) -> None:
    client.force_login(applicant)

    response = client.get(f"/mon-espace/dossiers/{case_file.reference}/")

    text = page_text(response)
    assert "Envoyer votre certificat de scolarité" in text
    assert "Prochain versement : 6 000 €, après votre certificat de scolarité." in text
    assert "Prévu le 15 novembre 2028" in text
    assert f'href="{address(case_file)}"' in response.text


def test_sending_a_piece_keeps_it_for_its_check(
    client: PortalClient, case_file: CaseFile, applicant: User
) -> None:
    client.force_login(applicant)
    assert "Pour votre versement de 6 000 €" in page_text(client.get(address(case_file)))

    response = client.post(
        address(case_file), {"uploads": [upload(pdf_bytes(), "certificat.pdf")]}, follow=True
    )

    assert "Votre justificatif est reçu." in page_text(response)
    sent = Instalment.objects.get(case_file=case_file, rank=1)
    assert sent.status == InstalmentStatus.RECEIVED
    proof = sent.proofs.get()
    download = client.get(f"{address(case_file)}{proof.pk}/")
    assert b"".join(download.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choisissez au moins un fichier."),
        ({"uploads": [upload(b"MZ\x90", "certificat.pdf")]}, "Ce fichier est un programme."),
    ],
)
def test_sending_nothing_or_nonsense_says_what_to_do(
    client: PortalClient,
    case_file: CaseFile,
    applicant: User,
    data: dict[str, object],
    sentence: str,
) -> None:
    client.force_login(applicant)

    response = client.post(address(case_file), data)

    assert sentence in page_text(response)
    assert not Instalment.objects.filter(status=InstalmentStatus.RECEIVED).exists()


def test_refused_piece_says_why(
    client: PortalClient, case_file: CaseFile, applicant: User, caseworker: User
) -> None:
    client.force_login(applicant)
    client.post(address(case_file), {"uploads": [upload(pdf_bytes(), "ancien.pdf")]})
    first = Instalment.objects.get(case_file=case_file, rank=1)
    refuse_proof(instalment=first, by=caseworker, reason="C’est celui de l’an dernier.")

    text = page_text(client.get(address(case_file)))

    assert "À remplacer C’est celui de l’an dernier." in text


def test_piece_of_somebody_else_is_not_found(
    client: PortalClient, case_file: CaseFile, other_applicant: User
) -> None:
    client.force_login(other_applicant)

    assert client.get(address(case_file)).status_code == 404
    assert client.get(address(case_file, rank=9)).status_code == 404


def test_second_sending_after_the_check_is_refused(
    client: PortalClient, case_file: CaseFile, applicant: User, caseworker: User
) -> None:
    client.force_login(applicant)
    Instalment.objects.filter(case_file=case_file, rank=1).update(status=InstalmentStatus.DUE)

    assert "n’attend plus de justificatif" in page_text(client.get(address(case_file)))
    response = client.post(address(case_file), {"uploads": [upload(pdf_bytes(), "encore.pdf")]})
    assert response.status_code == 409
