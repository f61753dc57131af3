"""Many files looked at together: each against the awards of its own person."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.incompatibilities import clashes_of_each, why_not_cumulate_each
from apps.awards.models import IncompatibilityOverride
from apps.casefiles.enums import CaseFileState
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file
from tests.factories.incompatibilities import rule_between
from tests.factories.internships import SLUG, granted_internship
from tests.support.text import plain

pytestmark = pytest.mark.django_db

AMOUNT = Decimal(400)


@pytest.mark.parametrize("number", [1, 3])
def test_files_are_looked_at_together_each_against_its_own_person(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rule_between("installation", SLUG, only_while_overlapping=False)
    people = [UserFactory() for _ in range(number)]
    awards = {
        person.pk: granted_internship(applicant=person, amount=AMOUNT).reference
        for person in people
    }
    files = [
        installation_file(until=CaseFileState.DRAFT, applicant=person)
        for person in [*people, UserFactory()]
    ]

    with django_assert_num_queries(2):
        found = clashes_of_each(files)

    *met, alone = files
    assert found.pop(alone.pk) == []
    assert {
        file.applicant_id: [clash.award.reference for clash in found[file.pk] if clash.award]
        for file in met
    } == {person: [reference] for person, reference in awards.items()}


def test_what_a_head_lifted_holds_for_its_own_file_alone(other_head: User, applicant: User) -> None:
    never = rule_between("installation", SLUG, only_while_overlapping=False)
    files = []
    for person in (applicant, UserFactory()):
        granted_internship(applicant=person, amount=AMOUNT)
        files.append(installation_file(until=CaseFileState.DRAFT, applicant=person))
    first, second = files
    IncompatibilityOverride.objects.create(
        case_file=first, incompatibility=never, by=other_head, reason="Deux stages.", at=START
    )

    reasons = why_not_cumulate_each(files)

    assert reasons[first.pk] == []
    assert "Ne se cumule pas avec" in plain(reasons[second.pk][0])
