"""Instalments and terms refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from apps.accounts.roles import Role
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import AwardTerms, Instalment
from tests.factories.awards import decided_file
from tests.factories.casefiles import staff_member

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

DAY = date(2027, 1, 4)
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
# Constraint: what each row that breaks it changes on a planned instalment…
INSTALMENTS: Rows = {
    "instalment_rank_unique": [],  # see test_rank_is_used_once
    "instalment_paid_once": [],  # see test_treasury_number_is_used_once
    "instalment_status_known": [],  # the trigger of moves comes first
    "instalment_proof_known": [{"proof_kind": "oath", "proof_label": "Serment"}],
    "instalment_amount_positive": [],  # the amount is fixed: see test_amount_is_fixed
    "instalment_proof_is_named": [
        {"proof_kind": ProofKind.PIECE},
        {"proof_label": "Certificat de scolarité"},
    ],
    "instalment_paid_is_complete": [{"paid_on": DAY}, {"treasury_number": "M-1"}],
    "instalment_reminded_once_asked": [
        {"reminder_count": 1},
        {"reminded_at": NOW},
        {"reminder_count": 1, "reminded_at": NOW},
    ],
    "instalment_validation_is_complete": [{"validated_at": NOW}],
    "instalment_reason_only_when_cancelled": [{"cancelled_because": "Erreur."}],
}
# …and on the terms of a programme.
TERMS: Rows = {
    "award_terms_no_overlap": [],  # see test_terms_do_not_overlap
    "award_terms_have_a_start": [{"valid_during": (None, DAY)}, {"valid_during": (DAY, DAY)}],
    "award_terms_durations_positive": [{"commitment_months": 0}, {"proof_every_months": 0}],
    "award_terms_have_a_source": [{"source": ""}],
}
GUARDS = INSTALMENTS.keys() | TERMS.keys()


def cases(model: type[models.Model], table: Rows) -> list[Any]:
    return [
        pytest.param(model, name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module", autouse=True)
def planned(module_transaction: None) -> Instalment:
    AwardTerms.objects.create(
        programme="installation", valid_during=(date(2020, 1, 1), None), source="Texte fictif"
    )
    return Instalment.objects.get(case_file=decided_file(actor=staff_member(Role.HEAD)))


@pytest.fixture
def instalment(planned: Instalment, db: None) -> Instalment:
    return Instalment.objects.get(pk=planned.pk)


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [
        *cases(Instalment, INSTALMENTS),
        *cases(AwardTerms, TERMS),
    ],
)
def test_row_that_breaks_the_constraint_is_refused(
    instalment: Instalment, model: type[models.Model], name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        model._default_manager.update(**values)


def again(instalment: Instalment, **values: Any) -> Instalment:
    other = Instalment.objects.get(pk=instalment.pk)
    other.pk = None
    for name, value in values.items():
        setattr(other, name, value)
    return Instalment.objects.bulk_create([other])[0]


def pay(instalment: Instalment, number: str) -> None:
    for status in (InstalmentStatus.DUE, InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED):
        Instalment.objects.filter(pk=instalment.pk).update(status=status)
    Instalment.objects.filter(pk=instalment.pk).update(
        status=InstalmentStatus.PAID, paid_on=DAY, treasury_number=number
    )


def test_rank_is_used_once(instalment: Instalment) -> None:
    with pytest.raises(IntegrityError, match='"instalment_rank_unique"'):
        again(instalment)


def test_treasury_number_is_used_once(instalment: Instalment) -> None:
    other = again(instalment, rank=2)
    pay(instalment, "M-1")

    with pytest.raises(IntegrityError, match='"instalment_paid_once"'):
        pay(other, "M-1")


def test_instalment_without_amount_is_refused(instalment: Instalment) -> None:
    with pytest.raises(IntegrityError, match='"instalment_amount_positive"'):
        again(instalment, rank=2, amount=Decimal(0))


@pytest.mark.parametrize(
    "values",
    [{"amount": Decimal(1)}, {"budget_year": 2030}, {"rank": 9}],
    ids=lambda values: next(iter(values)),
)
def test_amount_and_year_are_fixed(instalment: Instalment, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Instalment.objects.filter(pk=instalment.pk).update(**values)


@pytest.mark.parametrize(
    "status", [InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED, InstalmentStatus.PAID, "lost"]
)
def test_status_moves_in_order(instalment: Instalment, status: str) -> None:
    with pytest.raises(DatabaseError, match="Invalid transition"):
        Instalment.objects.filter(pk=instalment.pk).update(
            status=status, paid_on=DAY, treasury_number="M-1"
        )


def test_paid_instalment_never_changes(instalment: Instalment) -> None:
    pay(instalment, "M-1")

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Instalment.objects.update(label="Autre")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Instalment.objects.all()._raw_delete(using="default")


def test_terms_do_not_overlap(instalment: Instalment) -> None:
    with pytest.raises(IntegrityError, match='"award_terms_no_overlap"'):
        AwardTerms.objects.create(
            programme="installation", valid_during=(DAY, None), source="Autre texte"
        )


def test_instalments_never_add_up_to_more_than_the_award(instalment: Instalment) -> None:
    again(instalment, rank=2, amount=Decimal("0.01"))

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="above the award"),
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_cancelled_instalment_leaves_its_place(instalment: Instalment) -> None:
    Instalment.objects.update(status=InstalmentStatus.CANCELLED)
    again(instalment, rank=2, status=InstalmentStatus.PLANNED)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Instalment.objects.committed().total() == instalment.amount
