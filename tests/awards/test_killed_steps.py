"""A process killed at any write of any step after the vote: nothing is lost, nothing is done twice.

Each step is one transaction. It is cut at its first write, then at its second, and so on to the
last: the database must then be, to the letter, what it was. Asked again, the step is made; asked
once more, it is refused or changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.agreements import (
    activate_agreement,
    prepare_agreement,
    return_agreement,
    send_agreement,
)
from apps.awards.attestations import Presences, attest, settle
from apps.awards.clawbacks import break_promise, record_repayment, terminate_award
from apps.awards.commitments import add_pause, record_first_day
from apps.awards.enums import PauseKind, Presence, ProofKind
from apps.awards.payments import cancel_instalment, mark_paid, reject_payment, validate_payments
from apps.awards.promises import keep_promise, prove_promise
from apps.awards.proofs import accept_proof, give_proof
from apps.awards.renewal_decisions import grant_renewal
from apps.awards.renewals import open_renewals, record_graduation
from apps.awards.sessions import close_session
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.accounts import UserFactory
from tests.factories.awards import (
    CLOSED_AT,
    FOLLOW,
    HELD_ON,
    active_file,
    decided_file,
    listed_item,
    planned_session,
)
from tests.factories.bank_details import returned_agreement, sent_agreement
from tests.factories.bursaries import (
    OPENED_AT,
    SENT_AT,
    VOTED_AT,
    VOTED_ON,
    bursary_staff,
    granted_bursary,
    opened_renewal,
    proposed,
    renewal_round,
)
from tests.factories.casefiles import stored_pdf
from tests.factories.commitments import (
    FIRST_DAY,
    RECORDED_AT,
    pay_all,
    promise_of,
    running_commitment,
    waiting_commitment,
)
from tests.factories.internships import ASKED_AT, active_internship, duration_band, sent_link
from tests.factories.payments import (
    EXPORTED_AT,
    PAID_AT,
    PAID_ON,
    VALIDATED_AT,
    due,
    exported,
    planned,
    validated,
)
from tests.factories.settlement import settle as pay_to_the_end

pytestmark = pytest.mark.django_db

Step = Callable[[], Any]
LATER = CLOSED_AT + timedelta(days=10)
IN_2029 = LATER + timedelta(days=900)


class KilledError(Exception):
    """The process dies."""


def accountant() -> User:
    user: User = UserFactory(grants=[("accountant", "installation")])
    return user


def closing(head: User) -> Step:
    session = planned_session(actor=head)
    votes = {listed_item(session=session, actor=head).pk: FOLLOW for _ in range(2)}
    return partial(
        close_session, session=session, actor=head, deliberation="D07", votes=votes, at=CLOSED_AT
    )


def preparing(head: User) -> Step:
    """By the page: a second click is about a file that changed since."""
    case_file = decided_file(actor=head)
    return partial(
        prepare_agreement,
        case_file=case_file,
        actor=head,
        expected_version=case_file.version,
        at=LATER,
    )


def sending(head: User) -> Step:
    case_file = decided_file(actor=head)
    prepare_agreement(case_file=case_file, actor=head, at=LATER)
    return partial(send_agreement, case_file=case_file, actor=head, at=LATER)


def returning(head: User) -> Step:
    case_file = sent_agreement(actor=head).case_file
    person = case_file.applicant
    scan = stored_pdf(person)
    return partial(return_agreement, case_file=case_file, actor=person, scan=scan, at=LATER)


def activating(head: User) -> Step:
    case_file = returned_agreement(actor=head).case_file
    return partial(activate_agreement, case_file=case_file, actor=head, signed_on=HELD_ON, at=LATER)


def proving(head: User) -> Step:
    (item,) = due(planned(proof=ProofKind.PIECE), actor=head)
    files = [stored_pdf(head)]
    return partial(give_proof, instalment=item, files=files, by=head, at=EXPORTED_AT)


def accepting(head: User) -> Step:
    (item,) = due(planned(proof=ProofKind.PIECE), actor=head)
    give_proof(instalment=item, files=[stored_pdf(head)], by=head, at=EXPORTED_AT)
    return partial(accept_proof, instalment=item, by=head, at=EXPORTED_AT)


def validating(head: User) -> Step:
    items = due(actor=head)
    return partial(validate_payments, instalments=items, actor=accountant(), at=VALIDATED_AT)


def paying(head: User) -> Step:
    actor = accountant()
    item = validated(actor=head, accountant=actor)
    exported(item, accountant=actor)
    return partial(
        mark_paid,
        instalment=item,
        treasury_number="M-1",
        paid_on=PAID_ON,
        actor=actor,
        at=PAID_AT,
    )


def rejecting(head: User) -> Step:
    actor = accountant()
    item = validated(actor=head, accountant=actor)
    exported(item, accountant=actor)
    return partial(reject_payment, instalment=item, reason="Compte clos.", actor=actor, at=PAID_AT)


def cancelling(head: User) -> Step:
    (item,) = due(actor=head)
    return partial(cancel_instalment, instalment=item, actor=head, reason="Erreur.", at=PAID_AT)


def beginning(head: User) -> Step:
    return partial(
        record_first_day,
        commitment=waiting_commitment(actor=head),
        actor=head,
        started_on=FIRST_DAY,
        at=RECORDED_AT,
    )


def pausing(head: User) -> Step:
    return partial(
        add_pause,
        commitment=running_commitment(actor=head),
        actor=head,
        first_day=date(2027, 3, 1),
        last_day=date(2027, 3, 20),
        kind=PauseKind.PARENTAL,
        at=IN_2029,
    )


def keeping(head: User) -> Step:
    promise = promise_of(running_commitment(actor=head))
    prove_promise(promise=promise, actor=head, file=stored_pdf(head), at=IN_2029)
    return partial(keep_promise, promise=promise, actor=head, at=IN_2029)


def calling_broken(head: User) -> Step:
    commitment = running_commitment(actor=head)
    pay_all(commitment.case_file)
    return partial(
        break_promise, promise=promise_of(commitment), actor=head, reason="Rien.", at=IN_2029
    )


def repaying(head: User) -> Step:
    clawback = calling_broken(head)()
    return partial(
        record_repayment,
        clawback=clawback,
        actor=head,
        paid_on=IN_2029.date(),
        treasury_number="R-1",
        at=IN_2029,
    )


def breaking(head: User) -> Step:
    return partial(
        terminate_award,
        case_file=active_file(actor=head),
        actor=head,
        stops_on=HELD_ON,
        comment="Départ.",
        at=IN_2029,
    )


def completing(head: User) -> Step:
    case_file = active_file(actor=head, supervisor="non")
    pay_to_the_end(case_file, at=VALIDATED_AT)
    return partial(perform, case_file, "complete", actor=head, at=IN_2029)


def attesting(head: User) -> Step:
    duration_band()
    case_file = active_internship()
    return partial(
        attest,
        link=sent_link(case_file)[0],
        instalment_id=case_file.instalments.get(rank=1).pk,
        answer=Presences(presence=Presence.PART, days=12),
        at=ASKED_AT,
    )


def settling(head: User) -> Step:
    attestation = attesting(head)()
    programme = attestation.instalment.case_file.programme
    agent = UserFactory(grants=[("caseworker", programme)])
    return partial(
        settle, attestation=attestation, actor=agent, amount=30, reason="Douze jours.", at=ASKED_AT
    )


def opening(head: User) -> Step:
    granted_bursary(head=bursary_staff(Role.HEAD))
    renewal_round()
    return partial(open_renewals, on=OPENED_AT.date(), at=OPENED_AT)


def renewing(head: User) -> Step:
    actor = bursary_staff(Role.HEAD)
    return partial(
        grant_renewal,
        renewal=proposed(opened_renewal(head=actor)),
        actor=actor,
        decided_on=VOTED_ON,
        deliberation="B02",
        at=VOTED_AT,
    )


def graduating(head: User) -> Step:
    actor = bursary_staff(Role.HEAD)
    return partial(
        record_graduation,
        case_file=opened_renewal(head=actor).case_file,
        actor=actor,
        graduated_on=date(2027, 9, 10),
        at=SENT_AT,
    )


STEPS: tuple[Callable[[User], Step], ...] = (
    *(closing, preparing, sending, returning, activating),
    *(proving, accepting, validating, paying, rejecting, cancelling),
    *(beginning, pausing, keeping, calling_broken, repaying, breaking, completing),
    *(attesting, settling, opening, renewing, graduating),
)
_TABLES = tuple(
    model._meta.db_table
    for label in ("awards", "casefiles", "notifications", "files", "procrastinate")
    for model in apps.get_app_config(label).get_models()
    if model._meta.managed or label == "procrastinate"
)


def everything() -> list[tuple[str, str]]:
    """A digest of every row of every table that a step may write."""
    digests = " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(r::text, '|' ORDER BY r::text)) FROM {table} r"  # noqa: S608
        for table in _TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(digests)
        return sorted(cursor.fetchall())


@contextmanager
def killed_at(write: int) -> Iterator[list[int]]:
    """The process dies at that write, counted from 1; yields the number of writes begun."""
    begun = [0]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            begun[0] += 1
            if begun[0] == write:
                raise KilledError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield begun


@pytest.mark.parametrize("make", STEPS, ids=lambda make: make.__name__)
def test_step_killed_at_any_write_is_made_once_when_asked_again(
    head: User, make: Callable[[User], Step]
) -> None:
    step = make(head)
    before = everything()
    write = 1
    while True:
        with killed_at(write) as begun, suppress(KilledError):
            step()
        if begun[0] < write:
            break  # it went to its end: every write was cut once
        assert everything() == before, f"killed at write {write}"
        write += 1

    done = everything()
    assert write > 2
    assert done != before
    with suppress(MoveRefusedError, IntegrityError):
        step()
    assert everything() == done
