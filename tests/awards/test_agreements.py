from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apps.accounts.models import User
from apps.awards.agreements import (
    activate_agreement,
    prepare_agreement,
    return_agreement,
    send_agreement,
)
from apps.awards.models import Agreement
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, StaleCaseFileError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import decided_file
from tests.factories.casefiles import installation_file, stored_pdf

pytestmark = pytest.mark.django_db

SIGNED = date(2026, 12, 20)
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def activate(case_file: CaseFile, actor: User, **options: Any) -> CaseFile:
    return activate_agreement(
        **{
            "case_file": case_file,
            "actor": actor,
            "signed_on": SIGNED,
            "scan": stored_pdf(actor),
            "at": LATER,
            **options,
        }
    )


def test_activate_keeps_the_signed_agreement_and_tells_the_person(head: User) -> None:
    granted = decided_file(actor=head)
    OutgoingEmail.objects.all().delete()

    active = activate(granted, head)

    assert (active.state, active.granted_amount) == (CaseFileState.ACTIVE, granted.granted_amount)
    agreement = Agreement.objects.get(case_file=active)
    assert (agreement.signed_on, agreement.checked_by) == (SIGNED, head)
    assert OutgoingEmail.objects.get().kind == "casefile-activated"


@pytest.mark.parametrize(
    ("signed_on", "reason"),
    [
        (date(2027, 1, 6), "La date de signature est à venir."),
        (date(2026, 12, 17), "La convention ne peut pas être signée avant la décision."),
    ],
)
def test_activate_with_a_date_that_cannot_be_is_refused(
    head: User, signed_on: date, reason: str
) -> None:
    granted = decided_file(actor=head)

    with pytest.raises(MoveRefusedError) as refusal:
        activate(granted, head, signed_on=signed_on)

    assert refusal.value.reasons == (reason,)
    assert not Agreement.objects.exists()


def test_activate_by_a_caseworker_is_refused(head: User, caseworker: User) -> None:
    with pytest.raises(MoveRefusedError, match="Responsable du guichet"):
        activate(decided_file(actor=head), caseworker)


def test_activate_what_is_not_granted_is_refused(head: User) -> None:
    with pytest.raises(MoveRefusedError, match="pour une aide accordée"):
        activate(installation_file(until=CaseFileState.PROPOSED), head)


def test_activate_twice_is_refused(head: User) -> None:
    granted = decided_file(actor=head)
    activate(granted, head)

    with pytest.raises(MoveRefusedError, match="pour une aide accordée"):
        activate(granted, head)
    assert Agreement.objects.count() == 1


def test_activate_a_file_that_changed_meanwhile_is_refused(head: User) -> None:
    granted = decided_file(actor=head)

    with pytest.raises(StaleCaseFileError):
        activate(granted, head, expected_version=granted.version - 1)


def test_activate_without_agreement_says_what_is_missing(head: User) -> None:
    with pytest.raises(MoveRefusedError) as refusal:
        perform(decided_file(actor=head), "activate", actor=head)
    assert refusal.value.reasons == ("La convention signée n’est pas au dossier.",)


def test_decision_cannot_be_cancelled_once_an_agreement_is_signed(head: User) -> None:
    granted = decided_file(actor=head)
    prepare_agreement(case_file=granted, actor=head)
    send_agreement(case_file=granted, actor=head)
    return_agreement(case_file=granted, actor=head, scan=stored_pdf(head))

    with pytest.raises(MoveRefusedError, match="ne peut plus être annulée"):
        perform(granted, "cancel_decision", actor=head, comment="Erreur.")
