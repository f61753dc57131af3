"""What the bursary tells the shared engine of a file, before and after the award."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import ProofKind
from apps.awards.programmes import AidPeriod, awarded
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile, Rate
from apps.casefiles.proposals import propose
from apps.casefiles.requirements import unmet_requirements
from apps.casefiles.transitions import MoveRefusedError, perform
from tests.factories.bursaries import (
    bursary_file,
    bursary_staff,
    fill_bursary,
    granted_bursary,
    opened_renewal,
    renewed,
)
from tests.factories.casefiles import START, join_documents, reference_rows
from tests.support.text import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db: None) -> User:
    return bursary_staff(Role.HEAD)


def under_review(**answers: Any) -> tuple[CaseFile, User]:
    caseworker = bursary_staff(Role.CASEWORKER)
    case_file = bursary_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker, **answers)
    return case_file, caseworker


@pytest.mark.parametrize(
    ("track", "amount"), [("zagreb", 1199), ("zagreb", 3001), ("iasi", 8999), ("iasi", 18001)]
)
def test_amount_outside_the_bounds_cannot_be_proposed(track: str, amount: int) -> None:
    case_file, caseworker = under_review(track=track)
    with pytest.raises(MoveRefusedError, match="Le montant se situe entre"):
        propose(
            case_file=case_file,
            actor=caseworker,
            outcome=Outcome.GRANT,
            amount=Decimal(amount),
            reason="Un motif n’y change rien.",
        )


def test_amount_set_for_a_year_is_computed_and_never_passes_the_cap() -> None:
    reference_rows()
    Rate.objects.create(
        programme="bourse-etudes",
        code="year:zagreb:1",
        label="Zagreb, 1re année",
        amount=Decimal(1500),
        valid_during=(date(2026, 1, 1), None),
        source="Délibération d’essai",
    )
    case_file, caseworker = under_review()
    assert case_file.computed_amount == Decimal(1500)

    with pytest.raises(MoveRefusedError) as refused:
        propose(
            case_file=case_file,
            actor=caseworker,
            outcome=Outcome.GRANT,
            amount=Decimal(18001),
            reason="Situation particulière.",
        )
    assert plain(refused.value.reasons[0]) == "Le plafond laisse 18 000 € au plus."


def test_one_file_for_the_whole_course(head: User) -> None:
    first = granted_bursary(head=head)
    assert first.applicant is not None
    second = start_case_file(programme="bourse-etudes", applicant=first.applicant, at=START)
    fill_bursary(second)
    join_documents(second, first.applicant, at=START)

    reasons = unmet_requirements(CaseFile.objects.get(pk=second.pk), TRANSITIONS["submit"])
    words = f"Vous avez déjà une bourse, dossier {first.reference}"
    assert [plain(reason) for reason in reasons] == [
        f"{words} : elle se renouvelle chaque année dans ce dossier."
    ]


def test_earlier_bursary_of_the_same_person_counts_under_the_cap(head: User) -> None:
    renewal = opened_renewal(head=head)
    renewed(renewal, head=head)
    ended = renewal.case_file
    assert ended.applicant is not None
    draft = start_case_file(programme="bourse-etudes", applicant=ended.applicant, at=START)
    fill_bursary(draft)

    breakdown = awarded(draft).compute_amount(draft, on=date(2026, 11, 2))

    assert breakdown.maximum == Decimal(3000)
    assert "Déjà accordé : 5 500 €. Reste : 12 500 € au plus." in plain(breakdown.explanation)


def test_first_year_is_paid_on_the_budget_of_the_decision_with_its_certificate(head: User) -> None:
    case_file = granted_bursary(head=head)
    (instalment,) = case_file.instalments.all()
    assert (instalment.amount, instalment.budget_year) == (Decimal(3000), 2026)
    assert (instalment.label, instalment.proof_kind, instalment.proof_label) == (
        "Année universitaire 2026\u20112027",
        ProofKind.PIECE,
        "Certificat de scolarité 2026\u20112027",
    )


def test_aid_runs_over_the_school_years_that_were_granted(head: User) -> None:
    renewal = opened_renewal(head=head)
    case_file = renewal.case_file
    programme = awarded(case_file)
    assert programme.aid_period(case_file) == AidPeriod(
        first_day=date(2026, 9, 1), last_day=date(2027, 8, 31)
    )

    renewed(renewal, head=head)

    assert programme.aid_period(case_file) == AidPeriod(
        first_day=date(2026, 9, 1), last_day=date(2028, 8, 31)
    )


def test_aid_without_a_school_year_has_no_period() -> None:
    case_file = bursary_file(until=CaseFileState.DRAFT, school_year=None)
    assert awarded(case_file).aid_period(case_file) is None


def test_obligations_are_those_of_the_source() -> None:
    case_file = bursary_file(until=CaseFileState.DRAFT)
    assert awarded(case_file).obligations(case_file) == (
        "Après le diplôme, exercer au moins cinq ans dans le Loiret.",
        "Chaque année, renouveler la bourse avec un certificat de scolarité.",
    )


def test_piece_about_another_aid_is_asked_of_those_who_have_one() -> None:
    without = bursary_file(until=CaseFileState.DRAFT)
    having = bursary_file(
        until=CaseFileState.DRAFT, has_other_aid=True, other_aid="Bourse régionale"
    )
    slugs = [
        set(case_file.documents.values_list("kind__slug", flat=True))
        for case_file in (without, having)
    ]
    assert slugs == [
        {"certificat-scolarite", "frais-inscription"},
        {"certificat-scolarite", "frais-inscription", "autre-aide"},
    ]


def test_withdrawn_bursary_leaves_room_for_another(applicant: User) -> None:
    first = bursary_file(applicant=applicant)
    perform(first, "withdraw", actor=applicant)
    second = bursary_file(applicant=applicant)
    assert second.state == CaseFileState.SUBMITTED
