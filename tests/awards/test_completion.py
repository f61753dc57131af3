"""A file is closed once nothing is owed on either side."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.awards.commitments import fulfil
from apps.awards.models import Instalment
from apps.awards.payments import cancel_instalment, validate_payments
from apps.awards.promises import keep_promise, prove_promise
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, available_moves, perform
from tests.factories.awards import active_file
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import promise_of, running_commitment
from tests.factories.payments import (
    PAID_AT,
    PAID_ON,
    VALIDATED_AT,
    award,
    due,
    exported,
    paid,
    planned,
)
from tests.factories.settlement import settle
from tests.support.text import plain

pytestmark = pytest.mark.django_db

THE_END = datetime(2032, 1, 5, 9, 0, tzinfo=UTC)
THREE = [planned(amount) for amount in (Decimal(12000), Decimal(12000), Decimal(11000))]


def complete(case_file: CaseFile, actor: User) -> CaseFile:
    return perform(case_file, "complete", actor=actor, at=THE_END)


def pay(*instalments: Instalment, accountant: User) -> None:
    validate_payments(instalments=instalments, actor=accountant, at=VALIDATED_AT)
    paid(*instalments, accountant=accountant)


def reasons_against(case_file: CaseFile, actor: User) -> tuple[str, ...]:
    with pytest.raises(MoveRefusedError) as refusal:
        complete(case_file, actor)
    return tuple(plain(reason) for reason in refusal.value.reasons)


def test_accountant_closes_a_file_that_is_paid_and_owes_nothing(
    head: User, accountant: User
) -> None:
    instalments = due(*THREE, actor=head, supervisor="non")
    pay(*instalments, accountant=accountant)

    done = complete(instalments[0].case_file, accountant)

    assert (done.state, done.closed_at) == (CaseFileState.COMPLETED, THE_END)
    assert done.instalments.last_paid_on() == PAID_ON


def test_what_is_unpaid_is_counted_and_named_where_it_stands(head: User, accountant: User) -> None:
    case_file = award(*THREE, actor=head, supervisor="non")
    assert reasons_against(case_file, head) == (
        "Il reste 3 versements à payer ou à annuler : « À valider » (n° 1, 2, 3).",
    )
    instalments = due(*THREE, actor=head, supervisor="non")
    pay(instalments[0], accountant=accountant)
    validate_payments(instalments=[instalments[1]], actor=accountant, at=VALIDATED_AT)
    exported(instalments[1], accountant=accountant)

    assert reasons_against(instalments[0].case_file, head) == (
        (
            "Il reste 2 versements à payer ou à annuler : « Transmis au payeur » (n° 2), "
            "« À valider » (n° 3)."
        ),
    )


def test_one_payment_left_is_said_in_the_singular(head: User) -> None:
    case_file = active_file(actor=head, supervisor="non")
    assert reasons_against(case_file, head) == (
        "Il reste 1 versement à payer ou à annuler : « À valider » (n° 1).",
    )


def test_cancelled_payment_is_settled_too(head: User, accountant: User) -> None:
    instalments = due(*THREE, actor=head, supervisor="non")
    pay(*instalments[:2], accountant=accountant)
    cancel_instalment(instalment=instalments[2], actor=head, reason="Mois non fait.", at=PAID_AT)

    assert complete(instalments[0].case_file, head).state == CaseFileState.COMPLETED


def test_act_of_the_archive_was_paid_outside_the_portal(head: User) -> None:
    case_file = active_file(actor=head, supervisor="non")
    CaseFile.objects.filter(pk=case_file.pk).update(channel=Channel.ARCHIVE, filed_by=head)

    assert complete(case_file, head).state == CaseFileState.COMPLETED


def test_running_commitment_keeps_the_file_open_to_its_end(head: User, accountant: User) -> None:
    commitment = running_commitment(actor=head)  # sixty months from 4 January 2027
    case_file = commitment.case_file
    assert reasons_against(case_file, accountant) == (
        "L’engagement n’est pas terminé.",
        "Il reste 1 versement à payer ou à annuler : « À valider » (n° 1).",
    )
    settle(case_file, at=VALIDATED_AT)
    assert reasons_against(case_file, accountant) == ("L’engagement n’est pas terminé.",)
    promise = promise_of(commitment)
    prove_promise(promise=promise, actor=head, file=stored_pdf(head), at=PAID_AT)
    keep_promise(promise=promise, actor=head, at=PAID_AT)
    ended = fulfil(commitment=commitment, actor=accountant, at=THE_END)

    assert ended.ended_on == date(2032, 1, 3)
    assert complete(case_file, accountant).state == CaseFileState.COMPLETED


def test_reasons_are_read_before_the_page_of_the_move_is_opened(head: User) -> None:
    case_file = active_file(actor=head, supervisor="non")
    moves = {move.name: reasons for move, reasons in available_moves(case_file, head)}
    assert tuple(map(plain, moves["complete"])) == (
        "Il reste 1 versement à payer ou à annuler : « À valider » (n° 1).",
    )
