"""The nightly round: two weeks' notice, then erasure; what is unset erases nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, FollowUpCode
from apps.notifications.models import OutgoingEmail
from apps.privacy.models import DeletionRecord, RetentionNotice, RetentionPeriod
from apps.privacy.outcomes import end_of
from apps.privacy.periods import lengths
from apps.privacy.rounds import run_retention
from tests.factories.awards import file_in
from tests.factories.casefiles import START, installation_file
from tests.support.text import plain

pytestmark = pytest.mark.django_db
# A draft of 2 November 2026 has three months.
ENDS = datetime(2027, 2, 2, 3, 10, tzinfo=UTC)


def words(case_file: CaseFile) -> str:
    return plain(end_of(CaseFile.objects.get(pk=case_file.pk), lengths()).words)


@pytest.fixture
def draft(applicant: User) -> CaseFile:
    return installation_file(until=CaseFileState.DRAFT, applicant=applicant)


def test_a_draft_is_announced_two_weeks_before_and_erased_on_its_day(draft: CaseFile) -> None:
    assert words(draft) == "Les données seront effacées le 2 février 2027."

    run_retention(at=ENDS - timedelta(days=15))
    assert RetentionNotice.objects.count() == 0
    run = run_retention(at=ENDS - timedelta(days=14))
    run_retention(at=ENDS - timedelta(days=13))

    assert run.notices == 1
    [email] = OutgoingEmail.objects.filter(kind="retention-notice")
    assert (email.to, email.related_reference) == (draft.email, draft.reference)
    assert "2 février 2027" in plain(email.text)

    run_retention(at=ENDS - timedelta(days=1))
    draft.refresh_from_db()
    assert draft.erased_at is None
    run_retention(at=ENDS)
    run_retention(at=ENDS + timedelta(days=1))
    draft.refresh_from_db()
    assert draft.erased_at == ENDS
    assert draft.applicant is None
    assert DeletionRecord.objects.filter(rule="demande.installation.non-envoyee").count() == 1


def test_told_late_the_person_still_has_two_weeks(draft: CaseFile) -> None:
    late = ENDS + timedelta(days=400)
    run_retention(at=late)
    draft.refresh_from_db()
    assert draft.erased_at is None
    [email] = OutgoingEmail.objects.filter(kind="retention-notice")
    assert "22 mars 2028" in plain(email.text)

    run_retention(at=late + timedelta(days=14))
    draft.refresh_from_db()
    assert draft.erased_at is not None


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (CaseFileState.SUBMITTED, "Les données sont gardées tant que le dossier est en cours."),
        (CaseFileState.WITHDRAWN, "La durée de conservation n’est pas encore fixée."),
        (CaseFileState.DISMISSED, "La durée de conservation n’est pas encore fixée."),
        (CaseFileState.ACTIVE, "Les données sont gardées tant que le dossier est en cours."),
    ],
)
def test_what_each_state_says(head: User, state: CaseFileState, sentence: str) -> None:
    assert words(file_in(state, actor=head)) == sentence


def test_a_paid_award_waits_for_the_legal_length_of_its_papers(head: User) -> None:
    done = file_in(CaseFileState.COMPLETED, actor=head)
    assert "pièces comptables" in words(done)
    run_retention(at=START + timedelta(days=365 * 40))
    done.refresh_from_db()
    assert done.erased_at is None

    RetentionPeriod.objects.create(rule="pieces-comptables", length=10, unit="year")
    assert words(done).startswith("Les données seront effacées le")


def test_what_staff_set_replaces_the_default(draft: CaseFile) -> None:
    period = RetentionPeriod.objects.create(
        rule="demande.installation.non-envoyee", length=6, unit="month"
    )
    assert words(draft) == "Les données seront effacées le 2 mai 2027."
    RetentionPeriod.objects.filter(pk=period.pk).update(length=None, unit="")
    assert words(draft) == "La durée de conservation n’est pas encore fixée."


def test_small_change_goes_by_its_own_rules(draft: CaseFile) -> None:
    FollowUpCode.objects.create(
        case_file=draft,
        digest="0" * 64,
        created_at=START,
        expires_at=START + timedelta(minutes=15),
    )
    run_retention(at=START)
    assert FollowUpCode.objects.count() == 1
    run = run_retention(at=START + timedelta(days=2))
    assert FollowUpCode.objects.count() == 0
    [record] = run.deletions.all()
    assert (record.rule, record.count, record.reference_digest) == ("casefiles.codes", 1, "")


def test_a_round_asks_as_much_however_many_files_live_on(
    head: User, django_assert_max_num_queries: Any
) -> None:
    installation_file()
    with django_assert_max_num_queries(90):
        run_retention(at=START)
