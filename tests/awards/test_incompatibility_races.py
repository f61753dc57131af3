"""Two files of one person decided at the same moment: real threads, one award."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from apps.awards.overrides import allow_both
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.casefiles.proposals import record_decision
from apps.casefiles.transitions import MoveRefusedError
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import SLUG, granted_internship, proposed_internship
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_files_of_one_person_granted_at_once_make_one_award() -> None:
    """Neither award exists when either grant begins."""
    head = UserFactory(grants=[("head", SLUG)])
    files = [
        proposed_internship(applicant=other, amount=Decimal(300))
        for other in (UserFactory(), UserFactory())
    ]
    for case_file in files:
        CaseFile.objects.filter(pk=case_file.pk).update(
            first_name="Alice", last_name="Martin", email="alice@exemple.fr"
        )
    rule_between(SLUG, SLUG)

    outcomes = race(
        *(
            partial(
                record_decision,
                case_file=case_file,
                name="grant_by_delegation",
                actor=head,
                decided_on=START.date(),
            )
            for case_file in files
        )
    )

    (granted,) = winners(outcomes)
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, MoveRefusedError)]
    assert granted.reference in str(refusal)
    states = sorted(CaseFile.objects.values_list("state", flat=True))
    assert states == [CaseFileState.GRANTED, CaseFileState.PROPOSED]


def test_rule_lifted_by_two_heads_is_lifted_once() -> None:
    applicant = UserFactory()
    granted_internship(applicant=applicant, amount=Decimal(300))
    proposed = proposed_internship(applicant=applicant, amount=Decimal(300))
    rule = rule_between(SLUG, SLUG)
    heads = [UserFactory(grants=[("head", SLUG)]) for _ in range(2)]

    outcomes = race(
        *(
            partial(allow_both, case_file=proposed, rule=rule.pk, actor=head, reason="Motif.")
            for head in heads
        )
    )

    assert len(winners(outcomes)) == 1
    assert CaseFileEvent.objects.filter(kind="rule_lifted").count() == 1
