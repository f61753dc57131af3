"""Attestations, their links and codes refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from apps.accounts.models import User
from apps.awards.attestations import Presences, attest
from apps.awards.enums import Presence
from apps.awards.models import (
    Attestation,
    AttestationCode,
    AttestationLink,
    DesignatedAttester,
)
from tests.factories.casefiles import stored_pdf
from tests.factories.internships import ASKED_AT, active_internship, duration_band, sent_link

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]

BEFORE = ASKED_AT - timedelta(days=1)
LATER = ASKED_AT + timedelta(days=1)
PART = {"presence": Presence.PART, "days": 12}
SETTLED = {"settled_amount": Decimal(30), "settled_reason": "Absence", "settled_at": LATER}
# Constraint: what each new row that breaks it changes.
ATTESTATIONS: Rows = {
    "attestation_presence_known": [{"presence": "perhaps"}],
    "attestation_days_go_with_a_part": [
        {"presence": Presence.PART},
        {"presence": Presence.PART, "days": 0},
        {"presence": Presence.PART, "days": 31},
        {"presence": Presence.WHOLE, "days": 3},
        {"presence": Presence.ABSENT, "days": 3},
    ],
    "attestation_has_one_origin": [{"link": None}, {"scan": True}, {"recorded_by": True}],
    "attestation_settled_is_complete": [
        SETTLED | PART,
        {**SETTLED, **PART, "settled_by": True, "settled_reason": ""},
        {**SETTLED, **PART, "settled_by": True, "settled_amount": Decimal(-1)},
        {**SETTLED, "settled_by": True},  # nothing to settle: the month is whole
        {"settled_reason": "Sans montant"},
    ],
}
LINKS: Rows = {
    "attestation_link_dates_ordered": [
        {"expires_at": ASKED_AT},
        {"disowned_at": BEFORE},
    ]
}
CODES: Rows = {"attestation_code_expires_later": [{"expires_at": ASKED_AT}]}
ATTESTERS: Rows = {
    "designated_attester_is_complete": [{"name": ""}, {"email": ""}, {"capacity": ""}]
}
GUARDS = ATTESTATIONS.keys() | LINKS.keys() | CODES.keys() | ATTESTERS.keys()


def cases(table: Rows) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="module", autouse=True)
def sent(module_transaction: None) -> AttestationLink:
    duration_band()
    return sent_link(active_internship())[0]


@pytest.fixture
def link(sent: AttestationLink, db: None) -> AttestationLink:
    return AttestationLink.objects.get(pk=sent.pk)


@pytest.fixture
def kept(link: AttestationLink) -> Attestation:
    instalment = link.case_file.instalments.get(rank=1)
    answer = Presences(presence=Presence.PART, days=12)
    return attest(link=link, instalment_id=instalment.pk, answer=answer, at=ASKED_AT)


@pytest.mark.parametrize(("name", "values"), cases(ATTESTATIONS))
def test_attestation_that_breaks_the_constraint_is_refused(
    link: AttestationLink, caseworker: User, name: str, values: dict[str, Any]
) -> None:
    row: dict[str, Any] = {
        "instalment": link.case_file.instalments.get(rank=1),
        "presence": Presence.WHOLE,
        "given_by": "Thomas Tuteur",
        "given_at": ASKED_AT,
        "link": link,
        **values,
    }
    for field, value in (
        *(("scan", stored_pdf(caseworker)), ("recorded_by", caseworker)),
        ("settled_by", caseworker),
    ):
        if row.get(field):
            row[field] = value

    # A presence nobody knows fits no days either: one of the two speaks first.
    with pytest.raises(IntegrityError, match=f'"{name}"|"attestation_days_go_with_a_part"'):
        Attestation.objects.create(**row)


@pytest.mark.parametrize(("name", "values"), cases(LINKS))
def test_link_that_breaks_the_constraint_is_refused(
    link: AttestationLink, name: str, values: dict[str, Any]
) -> None:
    row = {
        "case_file": link.case_file,
        "email": "autre@exemple.fr",
        "token_digest": "0" * 64,
        "sent_at": ASKED_AT,
        "expires_at": LATER,
    }
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        AttestationLink.objects.create(**{**row, **values})


@pytest.mark.parametrize(("name", "values"), cases(CODES))
def test_code_that_breaks_the_constraint_is_refused(
    link: AttestationLink, name: str, values: dict[str, Any]
) -> None:
    row = {"link": link, "digest": "0" * 64, "created_at": ASKED_AT, **values}
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        AttestationCode.objects.create(**row)


@pytest.mark.parametrize(("name", "values"), cases(ATTESTERS))
def test_attester_that_breaks_the_constraint_is_refused(
    link: AttestationLink, caseworker: User, name: str, values: dict[str, Any]
) -> None:
    row = {
        "case_file": link.case_file,
        "name": "Tania Tutrice",
        "email": "tania@exemple.fr",
        "capacity": "tutrice de stage",
        "set_by": caseworker,
        "set_at": LATER,
        **values,
    }
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        DesignatedAttester.objects.create(**row)


@pytest.mark.parametrize(
    "values",
    [
        {"presence": Presence.ABSENT, "days": None},
        {"days": 13},
        {"comment": "Autre"},
        {"given_by": "Autre"},
        {"given_at": LATER},
    ],
    ids=lambda values: next(iter(values)),
)
def test_answer_is_final(kept: Attestation, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        Attestation.objects.filter(pk=kept.pk).update(**values)


def test_attestation_is_never_deleted_and_settled_once(kept: Attestation, caseworker: User) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Attestation.objects.all()._raw_delete(using="default")
    Attestation.objects.update(**SETTLED, settled_by=caseworker)

    with pytest.raises(DatabaseError, match="Cannot update"):
        Attestation.objects.update(settled_amount=Decimal(75))


def test_month_has_one_attestation(kept: Attestation) -> None:
    kept.pk = None
    with pytest.raises(IntegrityError, match="instalment_id"):
        Attestation.objects.bulk_create([kept])


@pytest.mark.parametrize("field", ["email", "token_digest", "expires_at"])
def test_address_and_end_of_a_link_are_fixed(link: AttestationLink, field: str) -> None:
    values = {"email": "autre@exemple.fr", "token_digest": "0" * 64, "expires_at": LATER}
    with pytest.raises(DatabaseError, match="Cannot update"):
        AttestationLink.objects.update(**{field: values[field]})


def test_every_table_is_tried() -> None:
    tried: list[type[models.Model]] = [
        *(Attestation, AttestationCode, AttestationLink, DesignatedAttester)
    ]
    assert {item.name for model in tried for item in model._meta.constraints} == GUARDS
