"""A conflict of interests: the file is gone for that juror, whatever their roles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import AgendaItem
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.juries.declarations import declare, declare_insiders
from apps.juries.enums import ReviewStatus
from apps.juries.files import files_before, files_of_juror, sight_on
from apps.juries.models import Assignment, Declaration, Juror, Jury, Review, Score
from apps.juries.reviews import Written, save_review
from apps.juries.table import ranking_table
from tests.factories.juries import (
    MEETING_AT,
    READING_AT,
    assign,
    campaign_file,
    declared,
    given_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(juror: Juror, other_juror: Juror, case_file: CaseFile) -> CaseFile:
    """Both jurors gave their marks."""
    for seat in (juror, other_juror):
        given_review(seat, case_file)
    return case_file


def test_conflict_takes_the_reading_and_sets_the_review_aside(
    juror: Juror, reviewed: CaseFile
) -> None:
    declare(juror=juror, case_file=reviewed, has_conflict=True, reason="Ma sœur", at=MEETING_AT)

    assert not Assignment.objects.filter(juror=juror).exists()
    assert Review.objects.get(juror=juror).status == ReviewStatus.VOID
    assert Declaration.objects.get(juror=juror).reason == "Ma sœur"


def test_marks_of_a_conflict_count_no_more(
    jury: Jury, juror: Juror, reviewed: CaseFile, head: User
) -> None:
    Review.objects.filter(juror=juror).update(mark=Decimal(2))
    declare(juror=juror, case_file=reviewed, has_conflict=True, at=MEETING_AT)

    (row,) = ranking_table(jury, head)

    assert (row.standing.mean, row.standing.marks) == (20, 1)


@pytest.mark.parametrize(
    "role", [None, Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR, "superuser"]
)
def test_no_role_brings_the_file_back(
    jury: Jury, juror: Juror, reviewed: CaseFile, role: Role | str | None
) -> None:
    user = juror.user
    if role == "superuser":
        user.is_superuser = True
        user.save(update_fields=["is_superuser"])
    elif role:
        grant_role(user=user, role=Role(role), programme="installation")
    declare(juror=juror, case_file=reviewed, has_conflict=True, at=MEETING_AT)
    user = User.objects.get(pk=user.pk)

    assert not CaseFile.objects.visible_to(user).exists()
    assert not CaseFile.objects.at_desk_of(user).exists()
    assert not files_before(jury, user).exists()
    assert not files_of_juror(juror, sight_on(jury, MEETING_AT.date())).exists()
    assert not Review.objects.visible_to(user).exists()
    assert not Score.objects.visible_to(user).exists()
    assert not Assignment.objects.visible_to(user).exists()
    assert not AgendaItem.objects.visible_to(user).exists()
    assert ranking_table(jury, user) == []


def test_others_still_see_everything(
    jury: Jury, juror: Juror, other_juror: Juror, reviewed: CaseFile, head: User
) -> None:
    declare(juror=juror, case_file=reviewed, has_conflict=True, at=MEETING_AT)

    assert CaseFile.objects.at_desk_of(head).get() == reviewed
    assert len(ranking_table(jury, other_juror.user)) == 1


def test_own_request_stays_in_the_applicants_space(
    jury: Jury, juror: Juror, caseworker: User
) -> None:
    own = campaign_file(jury.campaign, applicant=juror.user, caseworker=caseworker)

    assert declare_insiders(jury=jury, at=READING_AT) == 1
    assert declare_insiders(jury=jury, at=READING_AT) == 0

    assert CaseFile.objects.visible_to(juror.user).get() == own
    assert not files_before(jury, juror.user).exists()
    assert Declaration.objects.get().reason == "Partie prenante du projet"


def test_conflict_never_comes_back(juror: Juror, case_file: CaseFile) -> None:
    declare(juror=juror, case_file=case_file, has_conflict=True, at=READING_AT)
    declare(juror=juror, case_file=case_file, has_conflict=True, at=MEETING_AT)

    assert Declaration.objects.get().declared_at == READING_AT
    with pytest.raises(MoveRefusedError, match="ne se retire pas"):
        declare(juror=juror, case_file=case_file, has_conflict=False, at=MEETING_AT)


def test_nothing_is_written_about_a_hidden_file(juror: Juror, case_file: CaseFile) -> None:
    assign(juror, case_file)
    declare(juror=juror, case_file=case_file, has_conflict=True, at=READING_AT)

    with pytest.raises(MoveRefusedError, match="ne vous est pas confié"):
        save_review(juror=juror, case_file=case_file, written=Written(), at=READING_AT)


def test_the_habits_of_jurors_are_read_without_the_hidden_file(
    jury: Jury, juror: Juror, other_juror: Juror, reviewed: CaseFile, caseworker: User
) -> None:
    """A z-score seen by a juror in conflict would else tell the marks of the hidden file."""
    shown = campaign_file(jury.campaign, caseworker=caseworker)
    declared(other_juror, shown)
    Review.objects.create(
        juror=other_juror,
        case_file=shown,
        status="final",
        mark=Decimal(5),
        saved_at=READING_AT,
        finished_at=READING_AT,
    )
    declare(juror=juror, case_file=reviewed, has_conflict=True, at=MEETING_AT)

    (row,) = ranking_table(jury, juror.user)

    assert (row.case_file, row.standing.z) == (shown, 0)
