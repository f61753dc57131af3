"""Validating payments and recording what the treasury did, by who may and who may not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.amendments import Proposal, amend
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import BatchLine, Instalment
from apps.awards.payments import (
    cancel_instalment,
    mark_paid,
    reject_payment,
    unvalidate_payment,
    validate_payments,
)
from apps.awards.proofs import accept_proof, give_proof
from apps.casefiles.transitions import MoveRefusedError
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import stored_pdf
from tests.factories.payments import (
    AMOUNT,
    EXPORTED_AT,
    PAID_AT,
    PAID_ON,
    VALIDATED_AT,
    due,
    exported,
    instalment,
    paid,
    planned,
    validated,
)
from tests.support.text import plain

pytestmark = pytest.mark.django_db


def status(item: Instalment) -> str:
    return Instalment.objects.get(pk=item.pk).status


def test_accountant_validates_what_is_due(head: User, accountant: User) -> None:
    (item,) = due(actor=head)

    (done,) = validate_payments(instalments=[item], actor=accountant, at=VALIDATED_AT)

    assert (done.status, done.validated_by, done.validated_at) == (
        InstalmentStatus.VALIDATED,
        accountant,
        VALIDATED_AT,
    )
    event = item.case_file.events.latest("id")
    assert (event.label, event.is_public) == ("Versement validé", False)


@pytest.mark.parametrize("person", ["head", "caseworker", "auditor", "superuser", "applicant"])
def test_nobody_else_validates(
    request: pytest.FixtureRequest, head: User, applicant: User, person: str
) -> None:
    (item,) = due(actor=head, applicant=applicant)

    with pytest.raises(MoveRefusedError, match=r"Comptable|votre propre demande"):
        validate_payments(instalments=[item], actor=request.getfixturevalue(person))


def test_who_decided_or_accepted_the_proof_does_not_validate(head: User, caseworker: User) -> None:
    """Even with the accountant's role beside their own: two functions, two persons."""
    for user in (head, caseworker):
        grant_role(user=user, role=Role.ACCOUNTANT, programme="installation")
    (item,) = due(planned(proof=ProofKind.PIECE), actor=head)
    give_proof(instalment=item, files=[stored_pdf(caseworker)], by=caseworker, at=EXPORTED_AT)
    accept_proof(instalment=item, by=caseworker, at=EXPORTED_AT)

    with pytest.raises(MoveRefusedError, match="proposé ou décidé cette aide"):
        validate_payments(instalments=[item], actor=head)
    with pytest.raises(MoveRefusedError, match="accepté son justificatif"):
        validate_payments(instalments=[item], actor=caseworker)


def amended(item: Instalment, *, proposer: User, decider: User) -> Instalment:
    """Another year is added to the award of a payment: the payment that it plans, due at once."""
    case_file = item.case_file
    amend(
        case_file=case_file,
        proposal=Proposal(
            label="Deuxième année",
            amount=Decimal(2000),
            proposed_by=proposer,
            proposed_at=VALIDATED_AT,
        ),
        actor=decider,
        decided_on=VALIDATED_AT.date(),
        deliberation="CP-2027-B02",
        at=VALIDATED_AT,
    )
    return case_file.instalments.get(rank=2)


def test_who_proposed_or_decided_an_amendment_does_not_validate(
    head: User, other_head: User, other_caseworker: User, accountant: User
) -> None:
    """Neither its payment, nor those of the award that it adds to."""
    (first,) = due(actor=head)
    second = amended(first, proposer=other_caseworker, decider=other_head)
    for user in (other_head, other_caseworker):
        grant_role(user=user, role=Role.ACCOUNTANT, programme="installation")

        for item in (first, second):
            with pytest.raises(MoveRefusedError, match="proposé ou décidé un avenant"):
                validate_payments(instalments=[item], actor=user, at=VALIDATED_AT)
            with (
                pytest.raises(IntegrityError, match="validated by a person who prepared it"),
                transaction.atomic(),
            ):
                Instalment.objects.filter(pk=item.pk).update(
                    status=InstalmentStatus.VALIDATED, validated_by=user, validated_at=VALIDATED_AT
                )

    validate_payments(instalments=[first, second], actor=accountant, at=VALIDATED_AT)
    assert {status(first), status(second)} == {InstalmentStatus.VALIDATED}


@pytest.mark.parametrize("part", ["decision", "proof"])
def test_database_refuses_who_prepared_the_payment(head: User, caseworker: User, part: str) -> None:
    (item,) = due(planned(proof=ProofKind.PIECE), actor=head)
    give_proof(instalment=item, files=[stored_pdf(caseworker)], by=caseworker, at=EXPORTED_AT)
    accept_proof(instalment=item, by=caseworker, at=EXPORTED_AT)

    with pytest.raises(IntegrityError, match="validated by a person who prepared it"):
        Instalment.objects.filter(pk=item.pk).update(
            status=InstalmentStatus.VALIDATED,
            validated_by=head if part == "decision" else caseworker,
            validated_at=EXPORTED_AT,
        )


def test_payment_waits_for_the_account(head: User, accountant: User) -> None:
    item = instalment(actor=head)

    with pytest.raises(MoveRefusedError) as refusal:
        validate_payments(instalments=[item], actor=accountant)

    reference = item.case_file.reference
    assert refusal.value.reasons == (
        f"{reference}, versement 1\u00a0: Les coordonnées bancaires manquent.",
    )


def test_all_are_validated_or_none(head: User, accountant: User) -> None:
    (ready,) = due(actor=head)
    missing = instalment(actor=head)

    with pytest.raises(MoveRefusedError):
        validate_payments(instalments=[ready, missing], actor=accountant)

    assert status(ready) == InstalmentStatus.DUE


def test_validation_is_taken_back_with_a_reason(head: User, accountant: User) -> None:
    item = validated(actor=head, accountant=accountant)

    with pytest.raises(MoveRefusedError, match="Dites pourquoi"):
        unvalidate_payment(instalment=item, actor=accountant, reason=" ")
    back = unvalidate_payment(instalment=item, actor=accountant, reason="Mauvais compte.")

    assert (back.status, back.validated_by) == (InstalmentStatus.DUE, None)


def test_paid_with_the_treasury_s_number(head: User, accountant: User) -> None:
    item = validated(actor=head, accountant=accountant)
    OutgoingEmail.objects.all().delete()

    batch = paid(item, accountant=accountant)

    done = Instalment.objects.get(pk=item.pk)
    assert (done.status, done.paid_on, done.treasury_number) == ("paid", PAID_ON, f"M-{item.pk}")
    assert batch.closed_at == PAID_AT
    message = OutgoingEmail.objects.get()
    assert message.kind == "payment-made"
    assert "37 000" not in plain(message.text)


def test_saying_it_again_changes_nothing(head: User, accountant: User) -> None:
    item = validated(actor=head, accountant=accountant)
    paid(item, accountant=accountant)

    mark_paid(
        instalment=item,
        treasury_number=f"M-{item.pk}",
        paid_on=PAID_ON,
        actor=accountant,
        at=PAID_AT,
    )
    with pytest.raises(MoveRefusedError, match="n’est pas chez le payeur"):
        mark_paid(
            instalment=item, treasury_number="M-2", paid_on=PAID_ON, actor=accountant, at=PAID_AT
        )
    assert OutgoingEmail.objects.filter(kind="payment-made").count() == 1


@pytest.mark.parametrize(
    ("number", "paid_on", "reason"),
    [
        ("", PAID_ON, "Indiquez le numéro du payeur."),
        ("M-1", PAID_ON + timedelta(days=30), "à venir"),
        ("M-1", date(2026, 12, 30), "précède le bordereau"),
    ],
)
def test_payment_that_cannot_be_is_refused(
    head: User, accountant: User, number: str, paid_on: date, reason: str
) -> None:
    item = validated(actor=head, accountant=accountant)
    exported(item, accountant=accountant)

    with pytest.raises(MoveRefusedError, match=reason):
        mark_paid(
            instalment=item, treasury_number=number, paid_on=paid_on, actor=accountant, at=PAID_AT
        )


def test_number_of_the_treasury_is_used_once(head: User, accountant: User) -> None:
    half = AMOUNT / 2
    first, second = validate_payments(
        instalments=due(planned(half), planned(half), actor=head), actor=accountant, at=VALIDATED_AT
    )
    exported(first, second, accountant=accountant)
    values = {"treasury_number": "M-1", "paid_on": PAID_ON, "actor": accountant, "at": PAID_AT}
    mark_paid(instalment=first, **values)

    with pytest.raises(MoveRefusedError, match="M-1 est déjà celui d’un autre versement"):
        mark_paid(instalment=second, **values)


def test_rejected_payment_goes_into_another_batch(head: User, accountant: User) -> None:
    item = validated(actor=head, accountant=accountant)
    first = exported(item, accountant=accountant)

    reject_payment(instalment=item, reason="Compte clos.", actor=accountant, at=PAID_AT)
    first.refresh_from_db()
    again = exported(item, accountant=accountant, at=PAID_AT, execution_on=date(2027, 1, 15))

    assert (first.closed_at, again.number) == (PAID_AT, "PAY-2027-0002")
    reasons = BatchLine.objects.order_by("pk").values_list("rejected_because", flat=True)
    assert list(reasons) == ["Compte clos.", ""]
    assert status(item) == InstalmentStatus.EXPORTED


def test_head_cancels_what_the_treasury_does_not_have(head: User, accountant: User) -> None:
    item = validated(actor=head, accountant=accountant)
    with pytest.raises(MoveRefusedError, match="Responsable"):
        cancel_instalment(instalment=item, actor=accountant, reason="Renoncement.")

    cancelled = cancel_instalment(instalment=item, actor=head, reason="Renoncement.")

    assert (cancelled.status, cancelled.cancelled_because) == ("cancelled", "Renoncement.")
    assert item.case_file.instalments.committed().total() == Decimal(0)
    with pytest.raises(MoveRefusedError, match="ne s’annule plus"):
        cancel_instalment(instalment=item, actor=head, reason="Encore.")


def test_payment_stays_with_the_budget_year_of_its_commitment(head: User, accountant: User) -> None:
    """Granted in 2026 and paid in 2027: the envelope of 2026 bears it."""
    item = validated(planned(budget_year=2026), actor=head, accountant=accountant)

    batch = paid(item, accountant=accountant)

    assert PAID_ON.year == 2027
    assert batch.lines.get().budget_year == 2026
    assert Instalment.objects.get(pk=item.pk).budget_year == 2026
