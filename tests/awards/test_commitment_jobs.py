"""Proofs asked and reminded, promises reminded: by days, never twice, and not to everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from apps.accounts.models import User
from apps.awards.commitment_proofs import accept_proof, due_days, give_proof
from apps.awards.commitments import add_pause
from apps.awards.enums import PauseKind, ProofStatus
from apps.awards.models import Commitment, CommitmentProof, Promise
from apps.awards.tasks import follow_commitments, remind_of_promises
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import promise_of, running_commitment
from tests.support.text import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def commitment(head: User) -> Commitment:
    """Since 4 January 2027, a proof each year."""
    return running_commitment(actor=head, every=12)


def run(year: int, month: int, day: int) -> list[str]:
    """The kinds of e-mail that the night of this day sends, both jobs run twice."""
    OutgoingEmail.objects.all().delete()
    with time_machine.travel(datetime(year, month, day, 5, 15, tzinfo=UTC)):
        for job in (follow_commitments, remind_of_promises, follow_commitments, remind_of_promises):
            job(timestamp=0)
    return list(OutgoingEmail.objects.order_by("pk").values_list("kind", flat=True))


def test_proof_is_asked_a_month_before_and_reminded_three_times(commitment: Commitment) -> None:
    assert run(2027, 12, 4) == []
    assert run(2027, 12, 5) == ["commitment-proof-asked"]
    assert run(2028, 1, 18) == []
    assert run(2028, 1, 19) == ["commitment-proof-late"]
    assert run(2028, 2, 3) == ["commitment-proof-late"]
    assert run(2028, 2, 18) == ["commitment-proof-late"]
    assert run(2028, 6, 1) == []


def test_e_mail_asks_by_name_and_day_and_tells_no_amount(commitment: Commitment) -> None:
    run(2027, 12, 5)

    email = OutgoingEmail.objects.get()
    assert commitment.case_file.reference in email.subject
    assert "attendu le 4 janvier 2028" in plain(email.text)
    assert "€" not in email.text + email.html


def test_given_proof_is_not_asked_again(commitment: Commitment, head: User) -> None:
    run(2027, 12, 5)
    proof = CommitmentProof.objects.get()
    at = datetime(2027, 12, 20, 9, 0, tzinfo=UTC)
    give_proof(proof=proof, actor=head, file=stored_pdf(head), at=at)
    accept_proof(proof=proof, actor=head, at=at)

    assert run(2028, 1, 19) == []
    assert run(2028, 12, 5) == ["commitment-proof-asked"]


def test_nothing_is_asked_during_a_pause(commitment: Commitment, head: User) -> None:
    add_pause(
        commitment=commitment,
        actor=head,
        first_day=date(2027, 12, 1),
        last_day=date(2028, 3, 31),
        kind=PauseKind.PARENTAL,
        at=datetime(2027, 11, 20, 9, 0, tzinfo=UTC),
    )

    assert run(2027, 12, 5) == []
    assert run(2028, 4, 1) == ["commitment-proof-asked"]
    assert run(2028, 4, 15) == []
    assert run(2028, 4, 16) == ["commitment-proof-late"]
    assert not CommitmentProof.objects.late(date(2028, 5, 1)).exists()
    assert CommitmentProof.objects.late(date(2028, 5, 2)).exists()


def test_last_proof_covers_the_last_year(commitment: Commitment) -> None:
    days = due_days(commitment, until=date(2040, 1, 1))

    assert (days[0], days[-1], len(days)) == (date(2028, 1, 4), date(2032, 1, 4), 5)


def test_late_proof_is_listed_the_day_after(commitment: Commitment) -> None:
    run(2027, 12, 5)

    assert not Commitment.objects.with_late_proof(date(2028, 1, 4)).exists()
    assert Commitment.objects.with_late_proof(date(2028, 1, 5)).get() == commitment


def test_commitment_without_proofs_is_left_alone(head: User) -> None:
    running_commitment(actor=head)

    assert run(2028, 1, 19) == []
    assert not CommitmentProof.objects.exists()


def test_promise_is_reminded_a_year_three_months_and_a_month_before(head: User) -> None:
    running_commitment(actor=head)  # the promise is due on 4 January 2032

    assert run(2031, 1, 3) == []
    assert run(2031, 1, 4) == ["promise-reminder"]
    assert run(2031, 10, 6) == ["promise-reminder"]
    assert run(2031, 12, 5) == ["promise-reminder"]
    assert run(2032, 1, 5) == []
    assert Promise.objects.late(date(2032, 1, 5)).exists()


def test_reminders_missed_while_nothing_ran_are_not_sent_at_once(head: User) -> None:
    running_commitment(actor=head)

    assert run(2031, 12, 20) == ["promise-reminder"]
    assert promise_of(Commitment.objects.get()).reminders == 3


def test_waived_days_of_a_broken_convention_stay_silent(commitment: Commitment, head: User) -> None:
    run(2027, 12, 5)
    CommitmentProof.objects.update(status=ProofStatus.CANCELLED)

    assert run(2028, 1, 19) == []
