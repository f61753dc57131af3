"""A third person confirms a month by a link; the guichet decides of what is not whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.attestations import Presences, attest, record_on_paper, settle
from apps.awards.enums import InstalmentStatus, Presence
from apps.awards.models import Attestation, AttestationLink, Instalment
from apps.awards.payments import validate_payments
from apps.awards.proofs import accept_proof
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.programmes.internships.amounts import months_of, shares
from tests.factories.bank_details import give_account
from tests.factories.casefiles import staff_member, stored_pdf
from tests.factories.internships import (
    ASKED_AT,
    SLUG,
    active_internship,
    sent_link,
)
from tests.support.mail import emails
from tests.support.stories import statuses, story
from tests.support.text import plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed_placement")]

WHOLE = Presences(presence=Presence.WHOLE)
TWELVE_DAYS = Presences(presence=Presence.PART, days=12, comment="Arrivée le 19.")
ABSENT = Presences(presence=Presence.ABSENT)


def confirm(
    presence_link: AttestationLink, answer: Presences = WHOLE, *, rank: int = 1
) -> Attestation:
    instalment = presence_link.case_file.instalments.get(rank=rank)
    return attest(link=presence_link, instalment_id=instalment.pk, answer=answer, at=ASKED_AT)


# --- The answer


def test_whole_month_is_due_at_once(internship: CaseFile, presence_link: AttestationLink) -> None:
    kept = confirm(presence_link)

    assert (kept.given_by, kept.link, kept.needs_settling) == (
        "Thomas Tuteur",
        presence_link,
        False,
    )
    assert statuses(internship) == ["due", "planned", "planned"]
    assert story(internship)[-1] == (
        "Stage, du 16 au 30 novembre 2026 : présence tout le mois, selon Thomas Tuteur"
    )


@pytest.mark.parametrize("answer", [TWELVE_DAYS, ABSENT], ids=["part", "absent"])
def test_anything_else_waits_for_an_agent_and_keeps_its_amount(
    internship: CaseFile, presence_link: AttestationLink, answer: Presences
) -> None:
    kept = confirm(presence_link, answer)

    assert kept.needs_settling
    assert statuses(internship)[0] == InstalmentStatus.RECEIVED
    assert f"{kept.answer_label.lower()}, selon Thomas Tuteur" in story(internship)[-1]
    assert internship.instalments.committed().total() == internship.granted_amount


def test_incomplete_month_is_not_accepted_as_a_piece_is(
    presence_link: AttestationLink, internship_agent: User
) -> None:
    month = confirm(presence_link, TWELVE_DAYS).instalment
    with pytest.raises(MoveRefusedError, match="Aucun justificatif"):
        accept_proof(instalment=month, by=internship_agent, at=ASKED_AT)


def test_same_answer_twice_is_kept_once(presence_link: AttestationLink) -> None:
    assert confirm(presence_link) == confirm(presence_link)
    assert Attestation.objects.count() == 1


def test_answer_cannot_be_changed_by_the_link(presence_link: AttestationLink) -> None:
    confirm(presence_link)
    with pytest.raises(MoveRefusedError, match="déjà confirmé"):
        confirm(presence_link, ABSENT)


def test_month_to_come_cannot_be_confirmed(presence_link: AttestationLink) -> None:
    with pytest.raises(MoveRefusedError, match="n’est pas à confirmer"):
        confirm(presence_link, rank=2)


def test_link_of_one_file_confirms_no_month_of_another(presence_link: AttestationLink) -> None:
    other = active_internship().instalments.get(rank=1)
    with pytest.raises(MoveRefusedError, match="n’est pas à confirmer"):
        attest(link=presence_link, instalment_id=other.pk, answer=WHOLE, at=ASKED_AT)


# --- On paper


def test_agent_records_a_paper_with_its_scan(internship: CaseFile, internship_agent: User) -> None:
    kept = record_on_paper(
        instalment=internship.instalments.get(rank=1),
        actor=internship_agent,
        given_by="Thomas Tuteur",
        answer=WHOLE,
        scan=stored_pdf(internship_agent),
        at=ASKED_AT,
    )
    assert (kept.link, kept.recorded_by) == (None, internship_agent)
    assert statuses(internship)[0] == InstalmentStatus.DUE


def test_paper_for_a_confirmed_month_is_refused(
    internship: CaseFile, presence_link: AttestationLink, internship_agent: User
) -> None:
    confirm(presence_link)
    with pytest.raises(MoveRefusedError, match="déjà confirmé"):
        record_on_paper(
            instalment=internship.instalments.get(rank=1),
            actor=internship_agent,
            given_by="Thomas Tuteur",
            answer=ABSENT,
            scan=stored_pdf(internship_agent),
            at=ASKED_AT,
        )


# --- What a month that was not whole is worth


@pytest.mark.parametrize(
    ("amount", "expected", "total"),
    [
        (Decimal(75), [("due", 75)], 375),
        (Decimal("60.50"), [("cancelled", 75), ("due", Decimal("60.50"))], Decimal("360.50")),
        (Decimal(0), [("cancelled", 75)], 300),
    ],
)
def test_agent_settles_the_amount_and_the_beneficiary_is_told(
    presence_link: AttestationLink,
    internship_agent: User,
    amount: Decimal,
    expected: list[tuple[str, Decimal]],
    total: Decimal,
) -> None:
    internship = presence_link.case_file
    kept = settle(
        attestation=confirm(presence_link, TWELVE_DAYS),
        actor=internship_agent,
        amount=amount,
        reason="Douze jours sur quinze.",
        at=ASKED_AT,
    )

    november = internship.instalments.filter(label="Stage, du 16 au 30 novembre 2026")
    assert list(november.values_list("status", "amount")) == expected
    assert set(november.values_list("budget_year", flat=True)) == {2026}
    assert internship.instalments.committed().total() == total
    assert (kept.settled_amount, kept.settled_by) == (amount, internship_agent)
    (told,) = emails("awards-attestation-settled")
    assert "€" not in told.text
    event = internship.events.latest("pk")
    assert (event.comment, event.is_public) == ("Douze jours sur quinze.", True)


@pytest.mark.parametrize(
    ("amount", "reason", "refusal"),
    [
        (Decimal("75.01"), "Trop", "Le montant va de 0 à 75"),
        (Decimal(-1), "Trop peu", "Le montant va de 0 à 75"),
        (Decimal(10), " ", "Dites pourquoi"),
    ],
)
def test_settling_is_bounded_and_explained(
    presence_link: AttestationLink,
    internship_agent: User,
    amount: Decimal,
    reason: str,
    refusal: str,
) -> None:
    kept = confirm(presence_link, ABSENT)
    with pytest.raises(MoveRefusedError, match=refusal):
        settle(attestation=kept, actor=internship_agent, amount=amount, reason=reason, at=ASKED_AT)


def test_whole_month_has_nothing_to_settle(
    presence_link: AttestationLink, internship_agent: User
) -> None:
    with pytest.raises(MoveRefusedError, match="déjà fixé"):
        settle(
            attestation=confirm(presence_link),
            actor=internship_agent,
            amount=Decimal(10),
            reason="X",
            at=ASKED_AT,
        )


@given(
    first=st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)),
    days=st.integers(min_value=0, max_value=600),
    cents=st.integers(min_value=1, max_value=500_000),
)
@settings(max_examples=200)
def test_months_add_up_to_the_award(first: date, days: int, cents: int) -> None:
    amount = Decimal(cents) / 100
    assert sum(shares(amount, months_of(first, first + timedelta(days=days)))) == amount


# --- Who recorded or settled a month does not validate its payment


@pytest.fixture
def agent_and_accountant(internship_agent: User) -> User:
    """One person with both roles."""
    grant_role(user=internship_agent, role=Role.ACCOUNTANT, programme=SLUG)
    return internship_agent


def refusal_to_validate(internship: CaseFile, user: User) -> str:
    months = internship.instalments.filter(status=InstalmentStatus.DUE)
    with pytest.raises(MoveRefusedError) as refusal:
        validate_payments(instalments=list(months), actor=user, at=ASKED_AT)
    return plain(" ".join(refusal.value.reasons))


HANDLED = (
    "Vous avez enregistré la présence ou fixé son montant : une autre personne valide ce versement."
)


def test_agent_who_recorded_the_paper_does_not_validate(
    internship: CaseFile, agent_and_accountant: User
) -> None:
    record_on_paper(
        instalment=internship.instalments.get(rank=1),
        actor=agent_and_accountant,
        given_by="Thomas Tuteur",
        answer=WHOLE,
        scan=stored_pdf(agent_and_accountant),
        at=ASKED_AT,
    )
    assert HANDLED in refusal_to_validate(internship, agent_and_accountant)


@pytest.mark.parametrize("kept", [Decimal(30), Decimal(75)], ids=["part", "whole amount"])
def test_agent_who_settled_the_amount_does_not_validate(
    internship: CaseFile, presence_link: AttestationLink, agent_and_accountant: User, kept: Decimal
) -> None:
    """The smaller payment that replaces the planned one included."""
    attestation = confirm(presence_link, TWELVE_DAYS)
    settle(
        attestation=attestation,
        actor=agent_and_accountant,
        amount=kept,
        reason="Douze jours.",
        at=ASKED_AT,
    )
    assert HANDLED in refusal_to_validate(internship, agent_and_accountant)


def test_one_payment_that_they_settled_keeps_the_whole_list_from_them(
    internship: CaseFile, presence_link: AttestationLink, agent_and_accountant: User
) -> None:
    """All or none: the month that the tutor confirmed waits too, and another person does both."""
    give_account(internship, by=internship.applicant, at=ASKED_AT)
    other = active_internship()
    give_account(other, by=other.applicant, at=ASKED_AT)
    confirm(sent_link(other)[0])
    settle(
        attestation=confirm(presence_link, TWELVE_DAYS),
        actor=agent_and_accountant,
        amount=Decimal(30),
        reason="Douze jours.",
        at=ASKED_AT,
    )
    due = list(Instalment.objects.filter(status=InstalmentStatus.DUE))
    assert len(due) == 2

    with pytest.raises(MoveRefusedError) as refusal:
        validate_payments(instalments=due, actor=agent_and_accountant, at=ASKED_AT)
    assert [plain(reason) for reason in refusal.value.reasons] == [
        f"{internship.reference}, versement 4 : {HANDLED}"
    ]
    validate_payments(instalments=due, actor=staff_member(Role.ACCOUNTANT, SLUG), at=ASKED_AT)


def test_database_refuses_the_same_person_too(
    internship: CaseFile, presence_link: AttestationLink, internship_agent: User
) -> None:
    settle(
        attestation=confirm(presence_link, TWELVE_DAYS),
        actor=internship_agent,
        amount=Decimal(30),
        reason="Douze jours.",
        at=ASKED_AT,
    )
    part = internship.instalments.filter(replaces__rank=1)
    with pytest.raises(IntegrityError, match="validated by a person who prepared it"):
        part.update(
            status=InstalmentStatus.VALIDATED, validated_by=internship_agent, validated_at=ASKED_AT
        )
