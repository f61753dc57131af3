"""Who may do and read what: every predicate and every state for every kind of person."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import PREDICATES, why_not_read
from tests.casefiles.conftest import PEOPLE, World
from tests.factories.casefiles import staff_member

pytestmark = pytest.mark.django_db

# --- Every predicate for every person, on a proposal sent online

ALLOWED = {
    "applicant": {"applicant"},
    "applicant_or_agent": {"applicant"},
    "caseworker": {"caseworker", "head", "proposer", "superuser"},
    "head": {"head", "proposer", "superuser"},
    "head_other_than_proposer": {"head", "superuser"},
    "accountant_or_head": {"accountant", "head", "proposer", "superuser"},
}


@pytest.mark.parametrize("name", PREDICATES)
def test_predicate_lets_these_people_through_and_tells_the_others_why(
    world: World, name: str
) -> None:
    case_file = world.files["proposed"]

    reasons = {
        person: PREDICATES[name](world.person(person, case_file), case_file) for person in PEOPLE
    }

    assert {person for person, reason in reasons.items() if not reason} == ALLOWED[name]
    assert all(reason.endswith(".") for reason in reasons.values() if reason)


@pytest.mark.parametrize("name", ["applicant", "applicant_or_agent"])
@pytest.mark.parametrize("channel", [Channel.DESK, Channel.PHONE, Channel.POST, Channel.ARCHIVE])
def test_agents_act_for_a_person_without_an_account(
    world: World, name: str, channel: Channel
) -> None:
    case_file = CaseFile.objects.get(pk=world.files["submitted"].pk)
    case_file.applicant, case_file.channel = None, channel

    let_through = {
        person for person in PEOPLE[1:] if not PREDICATES[name](world.staff[person], case_file)
    }

    assert let_through == ALLOWED["caseworker"]


# --- What each person may read, in every state

STATES = set(CaseFileState.values)
SENT = STATES - {"draft"}
SEEN = {
    "applicant": STATES,
    "other_applicant": set(),
    "caseworker": SENT,
    "foreign_caseworker": set(),
    "head": SENT,
    "foreign_head": set(),
    "proposer": SENT,
    "committee_member": {"scheduled"},
    "accountant": SENT,
    "editor": set(),
    "auditor": SENT,
    "superuser": SENT,
}


@pytest.mark.parametrize("person", PEOPLE)
def test_files_that_a_person_may_read(world: World, person: str) -> None:
    seen = set()
    for state, case_file in world.files.items():
        user = world.person(person, case_file)
        if CaseFile.objects.visible_to(user).filter(pk=case_file.pk).exists():
            seen.add(state)
        assert bool(why_not_read(user, case_file)) == (state not in seen)

    assert seen == SEEN[person]


def test_person_who_left_reads_and_does_nothing(world: World) -> None:
    case_file = world.files["proposed"]
    gone = staff_member(Role.HEAD)
    gone.is_active = False

    assert all(predicate(gone, case_file) for predicate in PREDICATES.values())
    assert why_not_read(gone, case_file)


def test_nobody_reads_without_signing_in(world: World) -> None:
    assert not CaseFile.objects.visible_to(AnonymousUser()).exists()  # type: ignore[arg-type]
