"""The beneficiary's page of an active award asks the database as much for one payment as for
three, whatever else is on it: commitment, pause, proof, promise, repayment, renewals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agreements import activate_agreement
from apps.awards.clawbacks import break_promise
from apps.awards.commitment_proofs import follow_proofs
from apps.awards.commitments import add_pause, record_first_day
from apps.awards.enums import PauseKind
from apps.awards.models import AwardTerms, Commitment
from apps.awards.renewals import record_graduation
from apps.awards.schedule import PlannedInstalment
from apps.casefiles.models import CaseFile
from apps.programmes.bursaries.programme import StudentBursary
from tests.factories.awards import CLOSED_AT
from tests.factories.bank_details import give_account
from tests.factories.bursaries import bursary_staff, opened_renewal, renewed
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import award_terms, pay_all, promise_of
from tests.factories.internships import active_internship, duration_band, sent_link
from tests.factories.payments import award, planned
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 7, 4, 9, 0, tzinfo=UTC)
STARTED_ON = date(2028, 1, 3)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def follow(commitment: Commitment, *, actor: User) -> None:
    """A first day, a pause that is over, a proof that was asked."""
    record_first_day(commitment=commitment, actor=actor, started_on=STARTED_ON)
    add_pause(
        commitment=commitment,
        actor=actor,
        first_day=date(2028, 3, 1),
        last_day=date(2028, 3, 20),
        kind=PauseKind.PARENTAL,
    )
    follow_proofs(commitment=commitment, at=TODAY)


def installation(count: int, head: User) -> CaseFile:
    """With everything that an award can have, a promise that was not kept included."""
    award_terms(proof_every_months=6)
    plan = [planned(share) for share in shares(Decimal(37000), count)]
    case_file = award(*plan, actor=head)
    assert case_file.applicant is not None
    give_account(case_file, by=case_file.applicant, at=CLOSED_AT + timedelta(days=12))
    pay_all(case_file)
    follow(case_file.commitment, actor=head)
    break_promise(promise=promise_of(case_file.commitment), actor=head, reason="Aucun agrément.")
    return case_file


def bursary(count: int, head: User) -> CaseFile:
    """With a renewal granted, the diploma, and the practice that followed."""
    AwardTerms.objects.create(
        programme="bourse-etudes",
        valid_during=(date(2023, 1, 1), None),
        commitment_months=60,
        proof_every_months=6,
        source="Texte fictif",
    )
    bursary_head = bursary_staff(Role.HEAD)

    def schedule(*args: Any, **kwargs: Any) -> Sequence[PlannedInstalment]:
        return [planned(share) for share in shares(Decimal(3000), count)]

    with patch.object(StudentBursary, "schedule", schedule):
        renewal = opened_renewal(head=bursary_head)
    activate_agreement(
        case_file=renewal.case_file,
        actor=bursary_head,
        signed_on=date(2027, 1, 4),
        scan=stored_pdf(bursary_head),
        at=datetime(2027, 1, 5, 9, 0, tzinfo=UTC),
    )
    renewed(renewal, head=bursary_head)
    case_file = CaseFile.objects.get(pk=renewal.case_file_id)
    record_graduation(case_file=case_file, actor=bursary_head, graduated_on=date(2027, 12, 1))
    pay_all(case_file)
    follow(case_file.commitment, actor=bursary_head)
    return case_file


def internship(count: int, head: User) -> CaseFile:
    """With a link sent to the tutor."""
    duration_band()
    last_day = {1: date(2026, 11, 30), 3: date(2027, 1, 31)}[count]
    case_file = active_internship(starts_on=date(2026, 11, 1), ends_on=last_day)
    sent_link(case_file)
    return case_file


def shares(amount: Decimal, count: int) -> list[Decimal]:
    equal = [Decimal(1000)] * (count - 1)
    return [*equal, amount - sum(equal, Decimal(0))]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("make", "queries", "said"),
    [
        pytest.param(installation, 7, "Remboursement", id="installation"),
        pytest.param(bursary, 8, "2027-2028", id="bursary"),
        pytest.param(internship, 7, "Vos versements", id="internship"),
    ],
)
def test_page_of_an_active_award_reads_few_queries(
    *,
    client: PortalClient,
    head: User,
    make: Any,
    count: int,
    queries: int,
    said: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    case_file = make(count, head)
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)
    address = f"/mon-espace/dossiers/{case_file.reference}/"

    with django_assert_num_queries(queries):
        page = client.get(address)

    assert said in page_text(page)
    assert case_file.instalments.count() == count + (make is bursary)
