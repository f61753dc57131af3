"""Who is late is written to once, a week before the end; a second run writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.juries.models import Juror, Jury
from apps.juries.reminders import readings_left, remind_all, with_progress
from apps.notifications.models import OutgoingEmail
from tests.factories.juries import assign, campaign_file, declared, given_review

pytestmark = pytest.mark.django_db

# The reading ends on 30 November.
A_WEEK_BEFORE = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


@pytest.fixture
def late(juror: Juror, other_juror: Juror, case_file: CaseFile, caseworker: User) -> Juror:
    """One of two readings given; the other juror gave everything."""
    other = campaign_file(case_file.campaign, caseworker=caseworker)
    given_review(juror, case_file)
    assign(juror, other)
    given_review(other_juror, case_file)
    return juror


def test_job_writes_once_to_who_is_late(late: Juror) -> None:
    assert remind_all(at=A_WEEK_BEFORE - timedelta(days=1)) == 0
    assert remind_all(at=A_WEEK_BEFORE) == 1
    assert remind_all(at=A_WEEK_BEFORE) == 0
    assert remind_all(at=A_WEEK_BEFORE + timedelta(days=1)) == 0

    letter = OutgoingEmail.objects.get(kind="jury-reminder")
    assert (letter.to, letter.subject) == (
        late.user.email,
        "1 lecture à rendre, Campagne 2026",
    )
    late.refresh_from_db()
    assert late.reminded_at == A_WEEK_BEFORE


def test_nobody_is_written_to_after_the_end_or_without_a_seat(late: Juror) -> None:
    assert remind_all(at=A_WEEK_BEFORE + timedelta(days=8)) == 0
    Juror.objects.update(is_active=False)
    assert remind_all(at=A_WEEK_BEFORE) == 0


def test_progress_counts_what_is_asked_given_and_hidden(
    jury: Jury, late: Juror, other_juror: Juror, caseworker: User
) -> None:
    hidden = campaign_file(jury.campaign, caseworker=caseworker)
    declared(other_juror, hidden, conflict=True)

    rows = {juror.pk: (juror.asked, juror.given, juror.conflicts) for juror in with_progress(jury)}

    assert rows == {late.pk: (2, 1, 0), other_juror.pk: (1, 1, 1)}
    assert readings_left(late) == 1
