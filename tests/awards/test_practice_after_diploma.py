"""Practice follows the studies: it waits for the diploma, and never precedes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.awards.agreements import activate_agreement
from apps.awards.commitments import correct_first_day, record_first_day
from apps.awards.models import Commitment, Graduation
from apps.awards.renewals import record_graduation
from tests.factories.bursaries import SENT_AT, VOTED_AT, granted_bursary
from tests.factories.casefiles import stored_pdf
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(bursary_head: User) -> Commitment:
    """Five years of practice owed; the agreement is signed."""
    signed = activate_agreement(
        case_file=granted_bursary(head=bursary_head),
        actor=bursary_head,
        signed_on=date(2027, 1, 4),
        scan=stored_pdf(bursary_head),
        at=datetime(2027, 1, 5, 9, 0, tzinfo=UTC),
    )
    found, _ = Commitment.objects.get_or_create(case_file=signed, defaults={"months": 60})
    return found


def begin(commitment: Commitment, actor: User, *, on: date) -> Commitment:
    return record_first_day(commitment=commitment, actor=actor, started_on=on, at=VOTED_AT)


def test_practice_waits_for_the_diploma_and_never_precedes_it(
    committed: Commitment, bursary_head: User
) -> None:
    arguments = {"commitment": committed, "actor": bursary_head, "at": VOTED_AT}
    assert refusal(record_first_day, started_on=date(2027, 10, 1), **arguments) == (
        "Le diplôme n’est pas enregistré, et l’exercice vient après lui."
    )
    record_graduation(
        case_file=committed.case_file,
        actor=bursary_head,
        graduated_on=date(2027, 9, 10),
        at=SENT_AT,
    )
    assert (refusal(record_first_day, started_on=date(2027, 9, 9), **arguments)) == (
        "Le diplôme est du 10 septembre 2027 : l’exercice vient après."
    )
    begun = begin(committed, bursary_head, on=date(2027, 10, 1))

    assert begun.started_on == date(2027, 10, 1)
    assert (refusal(correct_first_day, started_on=date(2027, 9, 9), **arguments)) == (
        "Le diplôme est du 10 septembre 2027 : l’exercice vient après."
    )


def test_database_keeps_practice_after_the_diploma(
    committed: Commitment, bursary_head: User
) -> None:
    graduation = record_graduation(
        case_file=committed.case_file,
        actor=bursary_head,
        graduated_on=date(2027, 9, 10),
        at=SENT_AT,
    )
    begin(committed, bursary_head, on=date(2027, 10, 1))

    with pytest.raises(IntegrityError, match="before the diploma"), transaction.atomic():
        Commitment.objects.filter(pk=committed.pk).update(started_on=date(2027, 9, 9))
    with pytest.raises(IntegrityError, match="before the diploma"), transaction.atomic():
        Graduation.objects.filter(pk=graduation.pk).update(graduated_on=date(2027, 10, 2))
