"""Two tabs, two agents, a double click: real threads on real rows, exactly one effect."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from apps.accounts.models import User
from apps.casefiles.assignment import assign
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, LetterKind, Outcome
from apps.casefiles.messaging import mark_read, send_message
from apps.casefiles.models import CaseFile, CaseFileEvent, Decision, Letter, Message
from apps.casefiles.proposals import propose
from apps.casefiles.transitions import MoveRefusedError, StaleCaseFileError, perform
from apps.notifications.models import OutgoingEmail
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import installation_file
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)


def moves(case_file: CaseFile, name: str) -> int:
    return CaseFileEvent.objects.filter(case_file=case_file, transition=name).count()


def test_two_agents_take_the_same_file_one_gets_it(
    caseworker: User, other_caseworker: User
) -> None:
    case_file = installation_file()

    outcomes = race(
        partial(perform, case_file, "start_review", actor=caseworker),
        partial(perform, case_file, "start_review", actor=other_caseworker),
    )

    (taken,) = winners(outcomes)
    (refused,) = [outcome for outcome in outcomes if outcome is not taken]
    assert isinstance(refused, MoveRefusedError)
    assert refused.reasons == (
        "« Prendre en charge » n’est pas possible : le dossier est à l’état « En instruction ».",
    )
    case_file.refresh_from_db()
    assert case_file.owner_id == taken.owner_id
    assert moves(case_file, "start_review") == 1


def test_message_sent_while_the_others_are_read_stays_to_read(
    applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant)
    for _ in range(5):
        outcomes = race(
            partial(send_message, case_file=case_file, author=applicant, body="Bonjour."),
            partial(mark_read, case_file=case_file, reader=caseworker),
        )
        assert len(winners(outcomes)) == 2
        case_file.refresh_from_db()
        unread = Message.objects.unread_by_staff().filter(case_file=case_file)
        assert case_file.has_unread_message == unread.exists()


def test_double_click_on_send_submits_once(applicant: User) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    outcomes = race(*[partial(perform, case_file, "submit", actor=applicant)] * 4)

    assert len(winners(outcomes)) == 1
    assert moves(case_file, "submit") == 1
    assert Letter.objects.filter(case_file=case_file, kind=LetterKind.RECEIPT).count() == 1
    assert [email.kind for email in OutgoingEmail.objects.all()] == ["casefile-receipt"]
    case_file.refresh_from_db()
    assert case_file.state == CaseFileState.SUBMITTED


def test_two_tabs_start_one_draft(applicant: User) -> None:
    start = partial(start_case_file, programme="installation", applicant=applicant)

    outcomes = race(*[start] * 4)

    assert {outcome.pk for outcome in outcomes} == {CaseFile.objects.get().pk}
    assert CaseFileEvent.objects.count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_people_who_start_together_get_different_references() -> None:
    people = [UserFactory() for _ in range(6)]

    race(
        *(partial(start_case_file, programme="installation", applicant=person) for person in people)
    )

    references = CaseFile.objects.values_list("reference", flat=True)
    assert len(set(references)) == len(references) == 6
    assert sorted(int(reference.split("-")[2]) for reference in references) == [1, 2, 3, 4, 5, 6]


def test_two_proposals_at_once_leave_one(caseworker: User, other_caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)

    outcomes = race(
        *(
            partial(
                propose,
                case_file=case_file,
                actor=actor,
                outcome=Outcome.GRANT,
                amount=case_file.computed_amount,
            )
            for actor in (caseworker, other_caseworker)
        )
    )

    assert len(winners(outcomes)) == 1
    assert Decision.objects.filter(case_file=case_file).count() == 1
    assert moves(case_file, "propose") == 1


def test_applicant_withdraws_while_an_agent_takes_the_file_both_stories_agree(
    applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant)

    race(
        partial(perform, case_file, "withdraw", actor=applicant),
        partial(perform, case_file, "start_review", actor=caseworker),
    )

    case_file.refresh_from_db()
    assert case_file.state == CaseFileState.WITHDRAWN
    story = CaseFileEvent.objects.filter(case_file=case_file).exclude(transition="")
    steps = list(story.order_by("pk").values_list("from_state", "to_state"))
    assert all(before[1] == after[0] for before, after in pairwise(steps))


def test_two_agents_who_read_the_same_version_one_is_told_to_read_again(
    caseworker: User, other_caseworker: User
) -> None:
    case_file = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    version = case_file.version

    outcomes = race(
        *(
            partial(
                perform,
                case_file,
                "dismiss",
                actor=actor,
                comment="Demande déjà déposée.",
                expected_version=version,
            )
            for actor in (caseworker, other_caseworker)
        )
    )

    assert len(winners(outcomes)) == 1
    assert sum(isinstance(outcome, StaleCaseFileError) for outcome in outcomes) == 1


def test_two_heads_assign_crossed_batches_without_blocking_each_other(
    head: User, other_head: User, caseworker: User
) -> None:
    files = [installation_file() for _ in range(3)]

    outcomes = race(
        partial(assign, case_files=files, owner=caseworker, actor=head),
        partial(assign, case_files=files[::-1], owner=caseworker, actor=other_head),
    )

    assert sorted(outcomes) == [0, 3]
