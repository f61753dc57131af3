"""The beneficiary's commitment: what they read, give, and would have to pay back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.clawbacks import terminate_award
from apps.awards.commitment_proofs import follow_proofs, refuse_proof
from apps.awards.enums import PromiseStatus, ProofStatus
from apps.awards.models import Clawback, Commitment, CommitmentProof
from apps.casefiles.models import CaseFile
from tests.factories.commitments import pay_all, promise_of, running_commitment
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

ASKED = datetime(2027, 12, 6, 9, 0, tzinfo=UTC)
TODAY = datetime(2029, 7, 4, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Half-way: 913 of 1 826 days."""
    with time_machine.travel(TODAY):
        yield


@pytest.fixture
def commitment(head: User, applicant: User) -> Commitment:
    """Alice's: 37 000 € paid, five years from 4 January 2027, a proof each year."""
    found = running_commitment(actor=head, applicant=applicant, every=12)
    pay_all(found.case_file)
    return found


@pytest.fixture
def as_alice(client: PortalClient, applicant: User) -> PortalClient:
    client.force_login(applicant)
    return client


def url(case_file: CaseFile, path: str = "") -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/{path}"


def test_file_page_says_until_when_and_what_would_come_back(
    as_alice: PortalClient, commitment: Commitment
) -> None:
    text = page_text(as_alice.get(url(commitment.case_file)))

    assert "Vous exercez dans le Loiret jusqu’au 3 janvier 2032." in text
    assert "S’il s’arrêtait aujourd’hui, vous auriez 18 500 € à rembourser." in text
    assert "Promesse : devenir maître de stage, à prouver avant le 4 janvier 2032." in text


def test_what_would_come_back_is_shown_for_any_day(
    as_alice: PortalClient, commitment: Commitment
) -> None:
    page = as_alice.get(url(commitment.case_file, "engagement/?on=2030-01-03"))

    text = page_text(page)
    assert "À rembourser au 3 janvier 2030 : 14 791,89 €" in text
    assert "37 000 € × 730 jours restants ÷ 1 826 jours" in text


def test_nonsense_day_is_refused_and_today_is_shown(
    as_alice: PortalClient, commitment: Commitment
) -> None:
    address = "engagement/?on_jour=31&on_mois=2&on_annee=2030"
    text = page_text(as_alice.get(url(commitment.case_file, address)))

    assert "Le 31 février 2030 n’existe pas" in text
    assert "À rembourser au 4 juillet 2029" in text


def test_asked_proof_is_given_from_the_file_page(
    as_alice: PortalClient, commitment: Commitment
) -> None:
    follow_proofs(commitment=commitment, at=ASKED)
    proof = CommitmentProof.objects.get()
    page = as_alice.get(url(commitment.case_file))
    assert "Donner un justificatif d’exercice" in page_text(page)
    address = url(commitment.case_file, f"engagement/justificatifs/{proof.pk}/")
    sent = as_alice.post(address, {"file": upload(pdf_bytes(), "attestation.pdf")}, follow=True)

    proof.refresh_from_db()
    assert proof.status == ProofStatus.GIVEN
    assert "C’est reçu. Le guichet le contrôle." in sent.content.decode()


def test_wrong_file_is_refused_in_french(as_alice: PortalClient, commitment: Commitment) -> None:
    follow_proofs(commitment=commitment, at=ASKED)
    proof = CommitmentProof.objects.get()
    address = url(commitment.case_file, f"engagement/justificatifs/{proof.pk}/")

    assert "Choisissez un fichier." in page_text(as_alice.post(address))
    proof.refresh_from_db()
    assert proof.status == ProofStatus.AWAITED


def test_reason_of_a_refusal_is_read_where_the_proof_is_given(
    as_alice: PortalClient, commitment: Commitment, head: User
) -> None:
    follow_proofs(commitment=commitment, at=ASKED)
    proof = CommitmentProof.objects.get()
    address = url(commitment.case_file, f"engagement/justificatifs/{proof.pk}/")
    as_alice.post(address, {"file": upload(pdf_bytes(), "attestation.pdf")})
    refuse_proof(proof=proof, actor=head, reason="La date manque.", at=ASKED)

    assert "La date manque." in page_text(as_alice.get(address))


def test_promise_is_proven_by_the_beneficiary(
    as_alice: PortalClient, commitment: Commitment
) -> None:
    promise = promise_of(commitment)
    address = url(commitment.case_file, f"engagement/promesses/{promise.pk}/")
    as_alice.post(address, {"file": upload(pdf_bytes(), "attestation.pdf")})

    promise.refresh_from_db()
    assert promise.status == PromiseStatus.GIVEN
    assert "Cette promesse n’est plus à prouver." in page_text(as_alice.get(address))


def test_repayment_order_is_read_by_its_beneficiary_only(
    as_alice: PortalClient, other_applicant: User, commitment: Commitment, head: User
) -> None:
    terminate_award(
        case_file=commitment.case_file,
        actor=head,
        stops_on=date(2029, 7, 4),
        comment="Départ.",
        shown=Decimal("18500.00"),
        at=TODAY,
    )
    clawback = Clawback.objects.get()
    address = url(commitment.case_file, f"engagement/reversements/{clawback.pk}/")

    order = as_alice.get(address)
    assert b"".join(order.streaming_content).startswith(b"%PDF")
    text = page_text(as_alice.get(url(commitment.case_file)))
    assert "Il est rompu depuis le 4 juillet 2029." in text
    assert f"Ordre de reversement {clawback.number} (PDF)" in text
    as_alice.force_login(other_applicant)
    assert as_alice.get(address).status_code == 404


@pytest.mark.parametrize("path", ["engagement/", "engagement/promesses/{pk}/"])
def test_commitment_of_somebody_else_does_not_exist(
    client: PortalClient, other_applicant: User, commitment: Commitment, path: str
) -> None:
    client.force_login(other_applicant)

    address = url(commitment.case_file, path.format(pk=promise_of(commitment).pk))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_as_much_for_one_proof_as_for_three(
    as_alice: PortalClient,
    commitment: Commitment,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for year in range(number):
        CommitmentProof.objects.create(commitment=commitment, due_on=date(2028 + year, 1, 4))
    as_alice.get(url(commitment.case_file, "engagement/"))

    with django_assert_num_queries(15):
        as_alice.get(url(commitment.case_file, "engagement/"))


def test_agent_prepares_nothing_for_an_online_file(
    client: PortalClient, caseworker: User, commitment: Commitment
) -> None:
    """Online files are the applicant's own: the desk has its pages in the back office."""
    client.force_login(caseworker)

    assert client.get(url(commitment.case_file, "engagement/")).status_code == 404
