from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.awards.clawbacks import terminate_award
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import Instalment, InstalmentProof
from apps.awards.proofs import (
    accept_proof,
    advance_all,
    ask_proof,
    give_proof,
    refuse_proof,
)
from apps.awards.tasks import advance_instalments
from apps.casefiles.enums import CaseFileState, Channel, ReviewStatus
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import CLOSED_AT, archived_proposal, decided_file
from tests.factories.casefiles import stored_pdf
from tests.factories.payments import instalment, planned

pytestmark = pytest.mark.django_db

PIECE = ProofKind.PIECE
# Ten days after the vote, the agreement is signed.
SIGNED_AT = CLOSED_AT + timedelta(days=10)
DUE_ON = date(2027, 11, 15)
ASKED_AT = datetime(2027, 10, 2, 5, 30, tzinfo=UTC)
LATER = datetime(2027, 10, 5, 9, 0, tzinfo=UTC)


def status(item: Instalment) -> InstalmentStatus:
    return InstalmentStatus(Instalment.objects.get(pk=item.pk).status)


def emails() -> list[str]:
    return list(
        OutgoingEmail.objects.filter(kind__startswith="payment")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


@pytest.fixture
def awaited(head: User) -> Instalment:
    """A certificate was asked on the day of the agreement."""
    return instalment(planned(proof=PIECE), actor=head)


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (None, InstalmentStatus.DUE),
        (date(2026, 12, 28), InstalmentStatus.DUE),
        (date(2026, 12, 29), InstalmentStatus.PLANNED),
    ],
)
def test_payment_without_proof_is_due_once_the_agreement_is_signed_and_its_day_has_come(
    head: User, due_on: date | None, expected: InstalmentStatus
) -> None:
    assert status(instalment(planned(due_on=due_on), actor=head)) == expected


def test_nothing_is_due_before_the_agreement(head: User) -> None:
    assert status(instalment(actor=head, is_active=False)) == InstalmentStatus.PLANNED
    assert advance_all(at=LATER) == 0


def test_piece_without_a_day_is_asked_with_the_agreement(awaited: Instalment) -> None:
    assert (awaited.status, awaited.asked_at) == (InstalmentStatus.AWAITED, SIGNED_AT)
    assert emails() == ["payment-proof-asked"]
    message = OutgoingEmail.objects.get(kind="payment-proof-asked")
    reference = awaited.case_file.reference
    assert f"/mon-espace/dossiers/{reference}/versements/1/" in message.text
    assert "Certificat de scolarité" in message.text
    assert "37" not in message.text.replace(reference, "").replace("02 38 25 45 45", "")


def test_piece_is_asked_45_days_before_its_payment_then_reminded_three_times(head: User) -> None:
    item = instalment(planned(proof=PIECE, due_on=DUE_ON), actor=head)
    advance_all(at=ASKED_AT - timedelta(days=2))
    assert status(item) == InstalmentStatus.PLANNED

    advance_all(at=ASKED_AT)
    advance_all(at=ASKED_AT)
    assert status(item) == InstalmentStatus.AWAITED
    assert emails() == ["payment-proof-asked"]

    for days in range(1, 120):
        advance_all(at=ASKED_AT + timedelta(days=days))
    assert emails() == ["payment-proof-asked", *["payment-proof-reminder"] * 3]


def test_job_of_the_morning_runs_twice_without_harm(awaited: Instalment) -> None:
    advance_instalments(timestamp=0)
    advance_instalments(timestamp=0)

    assert emails().count("payment-proof-asked") == 1
    assert awaited.case_file.events.filter(payload__instalment=awaited.pk).count() == 1


def test_beneficiary_gives_the_piece_and_the_caseworker_accepts_it(
    awaited: Instalment, caseworker: User
) -> None:
    applicant = awaited.case_file.applicant
    assert applicant is not None
    files = [stored_pdf(applicant), stored_pdf(applicant)]

    given = give_proof(instalment=awaited, files=files, by=applicant, at=LATER)
    assert given.status == InstalmentStatus.RECEIVED
    accept_proof(instalment=awaited, by=caseworker, at=LATER)

    assert status(awaited) == InstalmentStatus.DUE
    assert InstalmentProof.objects.filter(status=ReviewStatus.ACCEPTED).count() == 2
    labels = [event.label for event in awaited.case_file.events.order_by("at", "id")][-3:]
    assert labels == [
        "Justificatif demandé\u00a0: Certificat de scolarité",
        "Justificatif reçu\u00a0: Certificat de scolarité",
        "Justificatif accepté\u00a0: Certificat de scolarité",
    ]


def test_refused_piece_is_asked_again_with_its_reason(
    awaited: Instalment, caseworker: User
) -> None:
    applicant = awaited.case_file.applicant
    assert applicant is not None
    give_proof(instalment=awaited, files=[stored_pdf(applicant)], by=applicant, at=LATER)

    refused = refuse_proof(
        instalment=awaited, by=caseworker, reason="C’est celui de l’an dernier.", at=LATER
    )

    assert (refused.status, refused.asked_at) == (InstalmentStatus.AWAITED, LATER)
    assert refused.proofs.get().comment == "C’est celui de l’an dernier."
    assert emails() == ["payment-proof-asked", "payment-proof-refused"]
    give_proof(instalment=awaited, files=[stored_pdf(applicant)], by=applicant, at=LATER)
    accept_proof(instalment=awaited, by=caseworker, at=LATER)
    assert [proof.status for proof in awaited.proofs.all()] == ["refused", "accepted"]


def test_agent_scans_a_piece_and_asks_ahead_of_time(head: User, caseworker: User) -> None:
    item = instalment(planned(proof=PIECE, due_on=date(2030, 1, 1)), actor=head)

    ask_proof(instalment=item, by=caseworker, at=LATER)
    with pytest.raises(MoveRefusedError, match="déjà demandé"):
        ask_proof(instalment=item, by=caseworker, at=LATER)
    give_proof(instalment=item, files=[stored_pdf(caseworker)], by=caseworker, at=LATER)

    assert status(item) == InstalmentStatus.RECEIVED


def test_piece_is_refused_from_anybody_else_and_without_a_file(
    awaited: Instalment, other_applicant: User, caseworker: User
) -> None:
    with pytest.raises(MoveRefusedError, match="Seule la personne"):
        give_proof(
            instalment=awaited, files=[stored_pdf(other_applicant)], by=other_applicant, at=LATER
        )
    with pytest.raises(MoveRefusedError, match="au moins un fichier"):
        give_proof(instalment=awaited, files=[], by=caseworker, at=LATER)
    with pytest.raises(MoveRefusedError, match="n’attend de contrôle"):
        accept_proof(instalment=awaited, by=caseworker, at=LATER)


def test_payment_without_piece_takes_none(head: User, caseworker: User) -> None:
    item = instalment(actor=head)

    with pytest.raises(MoveRefusedError, match="ne demande pas de pièce"):
        give_proof(instalment=item, files=[stored_pdf(caseworker)], by=caseworker, at=LATER)


def test_nothing_is_asked_about_an_act_of_the_archive(head: User) -> None:
    case_file = archived_proposal(agent=head, at=CLOSED_AT)
    assert case_file.channel == Channel.ARCHIVE

    assert advance_all(at=LATER) == 0
    assert not Instalment.objects.late(date(2040, 1, 1)).exists()


@pytest.mark.parametrize(
    ("on", "is_late"), [(date(2027, 11, 15), False), (date(2027, 11, 16), True)]
)
def test_proof_is_late_once_the_day_of_payment_has_passed(
    head: User, on: date, is_late: bool
) -> None:
    item = instalment(planned(proof=PIECE, due_on=DUE_ON), actor=head)
    advance_all(at=ASKED_AT)
    item.refresh_from_db()

    assert Instalment.objects.late(on).exists() is is_late
    assert item.is_late(on) is is_late


def test_proof_without_a_day_is_late_45_days_after_it_was_asked(awaited: Instalment) -> None:
    assert not Instalment.objects.late(date(2027, 2, 11)).exists()
    assert Instalment.objects.late(date(2027, 2, 12)).exists()
    assert (awaited.is_late(date(2027, 2, 11)), awaited.is_late(date(2027, 2, 12))) == (False, True)


def test_terminated_award_stops_asking(awaited: Instalment, head: User) -> None:
    file = terminate_award(
        case_file=awaited.case_file,
        actor=head,
        stops_on=clock.paris_date(LATER),
        comment="Départ.",
        at=LATER,
    )

    assert file.state == CaseFileState.TERMINATED
    cancelled = Instalment.objects.get(pk=awaited.pk)
    assert cancelled.status == InstalmentStatus.CANCELLED
    assert cancelled.cancelled_because == "Convention rompue."
    assert decided_file(actor=head).instalments.get().status == InstalmentStatus.PLANNED
