"""What comes back: reckoned and shown first, written for good, then paid or waived."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.awards.clawbacks import (
    break_promise,
    quote,
    record_repayment,
    terminate_award,
    waive_repayment,
)
from apps.awards.enums import (
    ClawbackStatus,
    CommitmentStatus,
    InstalmentStatus,
    PromiseStatus,
)
from apps.awards.models import Clawback, Commitment
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, perform
from apps.notifications.models import OutgoingEmail
from tests.awards.test_commitments import refused
from tests.factories.awards import active_file
from tests.factories.commitments import (
    award_terms,
    pay_all,
    promise_of,
    running_commitment,
    waiting_commitment,
)
from tests.support.pdf import stored_pdf_text
from tests.support.text import plain
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db

HALF_WAY = date(2029, 7, 4)  # 913 days of 1 826
AT = datetime(2029, 7, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def paid(head: User) -> Commitment:
    """37 000 € paid, 60 months from 4 January 2027, a promise of 2 000 €."""
    commitment = running_commitment(actor=head)
    pay_all(commitment.case_file)
    return commitment


def terminate(case_file: CaseFile, by: User, **values: object) -> CaseFile:
    usual = {
        "stops_on": HALF_WAY,
        "comment": "Départ pour un autre département.",
        "shown": Decimal("18500.00"),
        "at": AT,
    }
    return terminate_award(case_file=case_file, actor=by, **(usual | values))  # type: ignore[arg-type]


def test_quote_is_reckoned_on_any_day(paid: Commitment) -> None:
    found = quote(paid.case_file, on=HALF_WAY)

    assert found.paid == 37000
    assert found.repayment is not None
    assert found.repayment.amount == 18500


def test_quote_without_length_says_why(head: User) -> None:
    commitment = running_commitment(actor=head, months=None)
    pay_all(commitment.case_file)

    found = quote(commitment.case_file, on=HALF_WAY)

    assert (found.paid, found.repayment) == (37000, None)
    assert "La durée de l’engagement n’est pas fixée" in found.why_not


def test_quote_before_any_payment_is_nothing(head: User) -> None:
    found = quote(running_commitment(actor=head).case_file, on=HALF_WAY)

    assert (found.paid, found.repayment, found.why_not) == (0, None, "Rien n’a été versé.")


def test_quote_of_what_never_began_is_all(head: User) -> None:
    award_terms()
    case_file = waiting_commitment(actor=head).case_file
    pay_all(case_file)

    found = quote(case_file, on=HALF_WAY)

    assert found.repayment is not None
    assert found.repayment.amount == 37000


def test_breach_writes_the_clawback_and_moves_the_file(paid: Commitment, head: User) -> None:
    moved = terminate(paid.case_file, head)

    clawback = Clawback.objects.get()
    paid.refresh_from_db()
    assert moved.state == CaseFileState.TERMINATED
    assert (clawback.amount, clawback.paid, clawback.status) == (
        18500,
        37000,
        ClawbackStatus.ISSUED,
    )
    assert clawback.number.startswith("REV-2029-00001-")
    assert (paid.status, paid.ended_on) == (CommitmentStatus.BREACHED, HALF_WAY)
    assert promise_of(paid).status == PromiseStatus.VOID
    assert clawback.breakdown == {
        "stops_on": "2029-07-04",
        "paid": "37000.00",
        "total_days": 1826,
        "elapsed_days": 913,
        "computed": "18500.00",
    }


def test_order_says_how_much_why_and_how_to_contest(paid: Commitment, head: User) -> None:
    terminate(paid.case_file, head)

    clawback = Clawback.objects.get()
    assert clawback.order is not None
    text = plain(stored_pdf_text(clawback.order))

    assert clawback.number in text
    assert "18 500 €" in text
    assert "37 000 € × 913 jours restants ÷ 1 826 jours = 18 500 €" in text
    assert "Départ pour un autre département." in text
    assert "deux mois à compter de la réception" in text
    assert "Hélène Responsable" in text


def test_e_mail_of_a_breach_holds_no_amount(paid: Commitment, head: User) -> None:
    terminate(paid.case_file, head)

    email = OutgoingEmail.objects.get(kind="casefile-terminated")
    assert "18 500" not in plain(email.text + email.html)


def test_amount_that_was_not_shown_is_refused(paid: Commitment, head: User) -> None:
    assert refused(lambda: terminate(paid.case_file, head, shown=Decimal("18510.13"))) == (
        "Le montant à rembourser est de 18 500 € : relisez-le avant de continuer."
    )
    assert not Clawback.objects.exists()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"comment": " "}, "Ce changement demande une explication."),
        ({"stops_on": date(2029, 7, 11)}, "Le dernier jour d’exercice est à venir."),
        ({"stops_on": date(2027, 1, 3)}, "L’exercice a commencé le 4 janvier 2027"),
    ],
)
def test_breach_that_makes_no_sense_is_refused(
    paid: Commitment, head: User, values: dict[str, object], reason: str
) -> None:
    assert reason in refused(lambda: terminate(paid.case_file, head, **values))


def test_breach_is_the_head_s_decision(paid: Commitment, caseworker: User) -> None:
    assert "« Responsable du guichet »" in refused(lambda: terminate(paid.case_file, caseworker))


def test_breach_waits_for_a_payment_on_its_way(head: User) -> None:
    case_file = running_commitment(actor=head).case_file
    for status in (InstalmentStatus.DUE, InstalmentStatus.VALIDATED):
        case_file.instalments.update(status=status)

    assert "Un versement est validé ou transmis au payeur" in refused(
        lambda: terminate(case_file, head)
    )


def test_convention_is_never_broken_without_its_reckoning(head: User) -> None:
    case_file = active_file(actor=head)

    with pytest.raises(MoveRefusedError, match="n’est pas établi"):
        perform(case_file, "terminate", actor=head, comment="Départ.")


def test_head_sets_the_amount_that_nothing_computes(head: User) -> None:
    case_file = running_commitment(actor=head, months=None).case_file
    pay_all(case_file)

    assert refused(lambda: terminate(case_file, head)) == (
        "Indiquez le montant à rembourser, ou 0."
    )
    assert refused(lambda: terminate(case_file, head, amount=Decimal(37001))) == (
        "Le montant se situe entre 0 et 37 000 €."
    )
    terminate(case_file, head, amount=Decimal(5000))

    clawback = Clawback.objects.get()
    assert (clawback.amount, clawback.breakdown["computed"]) == (5000, None)
    assert "Montant fixé par la décision : 5 000 €." in plain(clawback.explanation)


def test_nothing_paid_is_nothing_to_pay_back(head: User) -> None:
    terminate(running_commitment(actor=head).case_file, head)

    clawback = Clawback.objects.get()
    assert (clawback.amount, clawback.status) == (0, ClawbackStatus.NOTHING)
    assert (clawback.number, clawback.order) == ("", None)


def test_broken_promise_brings_its_bonus_back(paid: Commitment, head: User) -> None:
    clawback = break_promise(promise=promise_of(paid), actor=head, reason="Aucun agrément.", at=AT)

    assert (clawback.amount, clawback.status) == (2000, ClawbackStatus.ISSUED)
    assert promise_of(paid).status == PromiseStatus.BROKEN
    assert CaseFile.objects.get(pk=paid.case_file_id).state == CaseFileState.ACTIVE
    email = OutgoingEmail.objects.get(kind="clawback-issued")
    assert "2 000" not in plain(email.text + email.html)


def test_breach_does_not_ask_the_bonus_twice(paid: Commitment, head: User) -> None:
    break_promise(promise=promise_of(paid), actor=head, reason="Aucun agrément.", at=AT)

    found = quote(paid.case_file, on=HALF_WAY)

    assert found.paid == 35000
    assert found.repayment is not None
    assert found.repayment.amount == 17500


def test_promise_is_called_broken_once_and_by_the_head(
    paid: Commitment, head: User, caseworker: User
) -> None:
    promise = promise_of(paid)
    assert "« Responsable du guichet »" in refused(
        lambda: break_promise(promise=promise, actor=caseworker, reason="Rien.", at=AT)
    )
    break_promise(promise=promise, actor=head, reason="Aucun agrément.", at=AT)

    assert refused(lambda: break_promise(promise=promise, actor=head, reason="Bis.", at=AT)) == (
        "Cette promesse est déjà réglée."
    )


@pytest.fixture
def issued(paid: Commitment, head: User) -> Clawback:
    terminate(paid.case_file, head)
    return Clawback.objects.get()


def test_repayment_is_recorded_once(issued: Clawback, accountant: User) -> None:
    def record() -> Clawback:
        return record_repayment(
            clawback=issued,
            actor=accountant,
            paid_on=date(2029, 9, 1),
            treasury_number=" R-77 ",
            at=datetime(2029, 9, 2, tzinfo=UTC),
        )

    assert record().status == ClawbackStatus.PAID
    assert Clawback.objects.get().treasury_number == "R-77"
    assert refused(record) == "Ce reversement est déjà réglé."


@pytest.mark.parametrize(
    ("paid_on", "number", "reason"),
    [
        (date(2029, 9, 3), "R-1", "Cette date est à venir."),
        (date(2029, 7, 9), "R-1", "Cette date précède l’ordre de reversement."),
        (date(2029, 9, 1), " ", "Indiquez le numéro du payeur."),
    ],
)
def test_repayment_that_makes_no_sense_is_refused(
    issued: Clawback, accountant: User, paid_on: date, number: str, reason: str
) -> None:
    assert reason == refused(
        lambda: record_repayment(
            clawback=issued,
            actor=accountant,
            paid_on=paid_on,
            treasury_number=number,
            at=datetime(2029, 9, 2, tzinfo=UTC),
        )
    )


def test_waiver_is_the_head_s_with_a_reason(issued: Clawback, head: User, accountant: User) -> None:
    assert "« Responsable du guichet »" in refused(
        lambda: waive_repayment(clawback=issued, actor=accountant, reason="Maladie.", at=AT)
    )
    assert "Dites pourquoi" in refused(
        lambda: waive_repayment(clawback=issued, actor=head, reason=" ", at=AT)
    )
    waive_repayment(clawback=issued, actor=head, reason="Situation difficile.", at=AT)

    assert Clawback.objects.get().status == ClawbackStatus.WAIVED


@pytest.mark.django_db(transaction=True)
def test_two_heads_break_a_convention_once(head: User, other_head: User) -> None:
    commitment = running_commitment(actor=head)
    pay_all(commitment.case_file)

    outcomes = race(
        lambda: terminate(commitment.case_file, head),
        lambda: terminate(commitment.case_file, other_head),
    )

    assert len(winners(outcomes)) == 1
    assert Clawback.objects.count() == 1
