from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from apps.accounts.models import User
from apps.awards.incompatibilities import clashes_of
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.awards.overrides import allow_both
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.proposals import record_decision
from apps.casefiles.transitions import MoveRefusedError, StaleCaseFileError
from tests.factories.accounts import UserFactory
from tests.factories.awards import decided_file
from tests.factories.casefiles import START
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import SLUG, granted_internship, proposed_internship
from tests.support.text import plain

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=7)


@pytest.fixture(autouse=True)
def _a_week_later() -> Iterator[None]:
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def allowance_head() -> User:
    user: User = UserFactory(grants=[("head", SLUG)])
    return user


@pytest.fixture
def granted(applicant: User) -> CaseFile:
    return granted_internship(applicant=applicant, amount=Decimal(300))


@pytest.fixture
def proposed(applicant: User, granted: CaseFile) -> CaseFile:
    """A second allowance for the same days, proposed before the rule was written."""
    return proposed_internship(applicant=applicant, amount=Decimal(300))


@pytest.fixture
def rule(proposed: CaseFile) -> Incompatibility:
    return rule_between(SLUG, SLUG)


def test_head_allows_both_and_the_file_is_granted(
    proposed: CaseFile, rule: Incompatibility, allowance_head: User
) -> None:
    version = proposed.version

    override = allow_both(
        case_file=proposed,
        rule=rule.pk,
        actor=allowance_head,
        reason=" Deux stages à mi-temps. ",
        at=LATER,
    )

    assert (override.by, override.at, override.reason) == (
        allowance_head,
        LATER,
        "Deux stages à mi-temps.",
    )
    event = CaseFileEvent.objects.get(case_file=proposed, kind="rule_lifted")
    assert plain(event.label) == "Cumul admis avec « Forfait pour un stage rural »"
    assert (event.comment, event.is_public) == ("Deux stages à mi-temps.", False)
    assert CaseFile.objects.get(pk=proposed.pk).version == version + 1

    moved = record_decision(
        case_file=proposed,
        name="grant_by_delegation",
        actor=allowance_head,
        decided_on=LATER.date(),
        at=LATER,
    )
    assert moved.state == CaseFileState.GRANTED


def test_other_file_of_the_person_is_still_held_by_the_rule(
    proposed: CaseFile, granted: CaseFile, rule: Incompatibility, allowance_head: User
) -> None:
    allow_both(case_file=proposed, rule=rule.pk, actor=allowance_head, reason="Motif.")

    other = rule_between("installation", SLUG, only_while_overlapping=False)
    assert [clash.blocks for clash in clashes_of(proposed)] == [False]
    assert not IncompatibilityOverride.objects.filter(incompatibility=other).exists()


@pytest.mark.parametrize("role", ["caseworker", "accountant", "auditor"])
def test_only_a_head_allows_both(proposed: CaseFile, rule: Incompatibility, role: str) -> None:
    with pytest.raises(MoveRefusedError, match="Responsable"):
        allow_both(
            case_file=proposed,
            rule=rule.pk,
            actor=UserFactory(grants=[(role, SLUG)]),
            reason="Motif.",
        )
    assert not IncompatibilityOverride.objects.exists()


def test_nobody_allows_both_for_themselves(rule: Incompatibility, proposed: CaseFile) -> None:
    applicant = proposed.applicant
    assert applicant is not None
    applicant.is_superuser = True
    applicant.save(update_fields=["is_superuser"])

    with pytest.raises(MoveRefusedError, match="votre propre demande"):
        allow_both(case_file=proposed, rule=rule.pk, actor=applicant, reason="Motif.")


def test_reason_is_asked(proposed: CaseFile, rule: Incompatibility, allowance_head: User) -> None:
    with pytest.raises(MoveRefusedError, match="pourquoi"):
        allow_both(case_file=proposed, rule=rule.pk, actor=allowance_head, reason="  ")


def test_rule_that_forbids_nothing_is_not_lifted(
    proposed: CaseFile, rule: Incompatibility, allowance_head: User
) -> None:
    idle = rule_between("installation", SLUG)
    with pytest.raises(MoveRefusedError, match="n’empêche rien"):
        allow_both(case_file=proposed, rule=idle.pk, actor=allowance_head, reason="Motif.")

    allow_both(case_file=proposed, rule=rule.pk, actor=allowance_head, reason="Motif.")
    with pytest.raises(MoveRefusedError, match="n’empêche rien"):
        allow_both(case_file=proposed, rule=rule.pk, actor=allowance_head, reason="Encore.")


def test_page_that_is_out_of_date_allows_nothing(
    proposed: CaseFile, rule: Incompatibility, allowance_head: User
) -> None:
    with pytest.raises(StaleCaseFileError):
        allow_both(
            case_file=proposed,
            rule=rule.pk,
            actor=allowance_head,
            reason="Motif.",
            expected_version=proposed.version - 1,
        )


def test_decided_file_is_too_late(head: User, applicant: User, granted: CaseFile) -> None:
    decided = decided_file(actor=head, applicant=applicant)
    rule = rule_between("installation", SLUG, only_while_overlapping=False)

    with pytest.raises(MoveRefusedError, match="déjà décidé"):
        allow_both(case_file=decided, rule=rule.pk, actor=head, reason="Motif.")
