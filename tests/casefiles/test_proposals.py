from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.models import CaseFile
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import MoveRefusedError, available_moves
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def under_review(caseworker: User) -> CaseFile:
    return installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)


def test_propose_another_amount_is_explained(under_review: CaseFile, caseworker: User) -> None:
    with pytest.raises(MoveRefusedError, match="Expliquez l’écart avec le montant calculé, 37"):
        propose(
            case_file=under_review, actor=caseworker, outcome=Outcome.GRANT, amount=Decimal(30000)
        )

    moved = propose(
        case_file=under_review,
        actor=caseworker,
        outcome=Outcome.GRANT,
        amount=Decimal(30000),
        reason="Installation à mi-temps.",
    )

    assert moved.decision is not None
    assert (moved.decision.amount, moved.decision.reason) == (
        Decimal(30000),
        "Installation à mi-temps.",
    )


@pytest.mark.parametrize("amount", [Decimal("6999.99"), Decimal(35001)])
def test_propose_unset_amount_stays_within_the_range(caseworker: User, amount: Decimal) -> None:
    """No vote shows what a speciality gets: 7 000 to 35 000 €, and 2 000 € for the promise."""
    case_file = installation_file(
        until=CaseFileState.UNDER_REVIEW,
        caseworker=caseworker,
        profession="medecin-specialiste",
        specialty="Démo",
        supervisor="non",
    )

    with pytest.raises(MoveRefusedError, match="entre 7\u00a0000\u00a0€ et 35\u00a0000\u00a0€"):
        propose(case_file=case_file, actor=caseworker, outcome=Outcome.GRANT, amount=amount)


def test_propose_unset_amount_with_the_bonus_line(caseworker: User) -> None:
    case_file = installation_file(
        until=CaseFileState.UNDER_REVIEW,
        caseworker=caseworker,
        profession="medecin-specialiste",
        specialty="Démo",
    )

    assert case_file.breakdown is not None
    assert case_file.breakdown.bounds == (Decimal(9000), Decimal(37000))
    moved = propose(
        case_file=case_file, actor=caseworker, outcome=Outcome.GRANT, amount=Decimal(37000)
    )
    assert moved.state == CaseFileState.PROPOSED


def test_propose_refusal_without_reason_is_refused(
    under_review: CaseFile, caseworker: User
) -> None:
    with pytest.raises(MoveRefusedError, match="Indiquez le motif du refus"):
        propose(case_file=under_review, actor=caseworker, outcome=Outcome.REJECT)


def test_moves_whose_page_asks_for_more_are_open(under_review: CaseFile, caseworker: User) -> None:
    moves = {move.name: reasons for move, reasons in available_moves(under_review, caseworker)}

    assert moves["propose"] == ()
    assert moves["request_changes"] == ()
