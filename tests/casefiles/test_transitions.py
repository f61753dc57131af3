from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, LetterKind
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError, StaleCaseFileError, perform
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db


def test_submit_complete_draft_freezes_rules_and_starts_clock(applicant: User) -> None:
    case_file = installation_file(applicant=applicant, at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC))

    assert case_file.state == CaseFileState.SUBMITTED
    assert case_file.computed_amount == Decimal(37000)
    assert [line["amount"] for line in case_file.computation["lines"]] == ["35000.00", "2000.00"]
    assert case_file.installation_detail.zone_class == "intermediaire"
    assert case_file.legal_due_on == date(2027, 1, 2)
    assert case_file.letters.get().kind == LetterKind.RECEIPT
    moved = case_file.events.get(transition="submit")
    assert (moved.from_state, moved.to_state, moved.actor) == ("draft", "submitted", applicant)


def test_submit_draft_without_answers_gives_every_reason(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant, supervisor="")

    with pytest.raises(MoveRefusedError) as refusal:
        perform(case_file, "submit", actor=applicant)

    assert refusal.value.reasons == ("Il reste à terminer : Maître de stage.",)
    assert CaseFile.objects.get(pk=case_file.pk).state == CaseFileState.DRAFT


def test_submit_by_a_stranger_is_refused(applicant: User, other_applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    with pytest.raises(MoveRefusedError, match="Seule la personne"):
        perform(case_file, "submit", actor=other_applicant)


def test_perform_stale_version_is_refused(applicant: User, caseworker: User) -> None:
    case_file = installation_file(applicant=applicant)

    with pytest.raises(StaleCaseFileError):
        perform(case_file, "start_review", actor=caseworker, expected_version=1)


def test_propose_by_caseworker_keeps_the_lines(applicant: User, caseworker: User) -> None:
    case_file = installation_file(
        until=CaseFileState.PROPOSED, applicant=applicant, caseworker=caseworker
    )

    decision = case_file.decision
    assert decision is not None
    assert decision.amount == Decimal(37000)
    assert decision.frozen_breakdown is not None
    assert decision.frozen_breakdown.total == Decimal(37000)
    assert decision.facts["zone"]["zone_class"] == "intermediaire"
    assert case_file.owner == caseworker
