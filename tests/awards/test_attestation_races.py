"""A tutor in a hurry: real threads, one answer."""

from __future__ import annotations

from functools import partial

import pytest

from apps.awards.attestation_links import check_code, send_code
from apps.awards.attestation_reminders import ask_attestations
from apps.awards.attestations import Presences, attest
from apps.awards.enums import Presence
from apps.awards.models import Attestation, AttestationLink
from apps.casefiles.enums import EventKind
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.notifications.models import OutgoingEmail
from tests.factories.internships import ASKED_AT, active_internship, duration_band, sent_link
from tests.support.threads import race, winners

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE, ABSENT = Presences(presence=Presence.WHOLE), Presences(presence=Presence.ABSENT)


@pytest.fixture
def case_file(transactional_db: None) -> CaseFile:
    duration_band()
    return active_internship()


@pytest.fixture
def link(case_file: CaseFile) -> AttestationLink:
    return sent_link(case_file)[0]


def answers(link: AttestationLink, *given: Presences) -> list[object]:
    month = link.case_file.instalments.get(rank=1)
    return race(
        *(
            partial(attest, link=link, instalment_id=month.pk, answer=answer, at=ASKED_AT)
            for answer in given
        )
    )


def test_double_click_is_one_answer(link: AttestationLink) -> None:
    outcomes = answers(link, WHOLE, WHOLE, WHOLE)

    assert len(winners(outcomes)) == 3
    assert Attestation.objects.count() == 1
    story = [event.label for event in link.case_file.events.filter(kind=EventKind.AWARD_FOLLOWED)]
    assert sum("présence tout le mois" in label for label in story) == 1


def test_two_tabs_that_disagree_keep_the_first(link: AttestationLink) -> None:
    outcomes = answers(link, WHOLE, ABSENT)

    assert len(winners(outcomes)) == 1
    assert sum(isinstance(outcome, MoveRefusedError) for outcome in outcomes) == 1
    assert Attestation.objects.count() == 1


def test_code_works_once_in_two_tabs(link: AttestationLink) -> None:
    send_code(link, at=ASKED_AT)
    text = OutgoingEmail.objects.get(kind="awards-attestation-code").text
    code = next(word for word in text.split() if word.isdecimal() and len(word) == 6)

    outcomes = race(*[partial(check_code, link, code, at=ASKED_AT)] * 3)

    assert sorted(outcomes) == [False, False, True]


def test_job_run_by_two_workers_sends_one_link(case_file: CaseFile) -> None:
    assert sum(race(*[partial(ask_attestations, at=ASKED_AT)] * 2)) == 1
    assert case_file.attestation_links.count() == 1
