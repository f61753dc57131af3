from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus
from apps.awards.models import AwardTerms, Commitment, Instalment
from apps.casefiles.enums import CaseFileState
from apps.casefiles.proposals import withdraw_proposal
from tests.factories.awards import decided_file, terminated_file

pytestmark = pytest.mark.django_db


def set_terms(**options: int | None) -> AwardTerms:
    return AwardTerms.objects.create(
        programme="installation",
        valid_during=(date(2020, 1, 1), None),
        source="Délibération fictive",
        **options,
    )


def test_grant_plans_the_whole_award_on_the_budget_of_its_year(head: User) -> None:
    granted = decided_file(actor=head)

    (instalment,) = granted.instalments.all()

    assert (instalment.amount, instalment.budget_year) == (Decimal(37000), 2026)
    assert (instalment.label, instalment.status) == ("Versement unique", InstalmentStatus.PLANNED)


def test_grant_freezes_the_terms_of_the_day(head: User) -> None:
    terms = set_terms(commitment_months=60, start_within_months=6)

    granted = decided_file(actor=head)
    terms.commitment_months = 12
    terms.save()

    commitment = Commitment.objects.get(case_file=granted)
    assert (commitment.months, commitment.begins_by) == (60, date(2027, 6, 18))
    assert commitment.commune == granted.commune


def test_grant_without_terms_asks_for_nothing_in_return(head: User) -> None:
    granted = decided_file(actor=head, supervisor="non")

    assert not Commitment.objects.filter(case_file=granted).exists()


def test_grant_keeps_what_was_promised_even_without_terms(head: User) -> None:
    granted = decided_file(actor=head, supervisor="promesse")

    commitment = Commitment.objects.get(case_file=granted)
    (promise,) = commitment.promises.all()
    assert (commitment.months, commitment.begins_by) == (None, None)
    assert (promise.kind, promise.amount) == ("maitre-de-stage", Decimal(2000))
    assert (promise.keep_within_years, promise.due_on) == (5, None)


def test_grant_freezes_the_zone_of_the_place(head: User) -> None:
    commitment = Commitment.objects.get(case_file=decided_file(actor=head))

    assert (commitment.zoning, commitment.zone_class) == (
        "masseur-kinesitherapeute",
        "intermediaire",
    )


def test_cancelled_decision_forgets_its_plan(head: User) -> None:
    set_terms()
    granted = decided_file(actor=head)

    moved = withdraw_proposal(
        case_file=granted, actor=head, comment="Erreur de montant.", name="cancel_decision"
    )

    assert moved.state == CaseFileState.UNDER_REVIEW
    assert not Instalment.objects.exists()
    assert not Commitment.objects.exists()


def test_terminated_award_frees_what_is_unpaid(head: User) -> None:
    terminated = terminated_file(actor=head)

    assert [i.status for i in terminated.instalments.all()] == [InstalmentStatus.CANCELLED]
    assert terminated.instalments.committed().total() == 0
