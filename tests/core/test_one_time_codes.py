"""The rules of a code sent by e-mail, on one of the tables that keep them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.models import CaseFile, FollowUpCode
from apps.core.one_time_codes import OneTimeCodeForm
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def issue(case_file: CaseFile) -> tuple[FollowUpCode, str]:
    code = FollowUpCode.objects.issue(purpose="one", at=NOON, case_file=case_file)
    return FollowUpCode.objects.get(), code


def test_a_code_has_six_digits_and_only_its_digest_is_kept(case_file: CaseFile) -> None:
    row, code = issue(case_file)
    assert len(code) == 6
    assert code.isdecimal()
    assert code not in row.digest
    assert len(row.digest) == 64


def test_a_right_code_opens_once(case_file: CaseFile) -> None:
    row, code = issue(case_file)
    assert row.take(f" {code} ", purpose="one", at=NOON)
    assert not row.take(code, purpose="one", at=NOON)


def test_a_code_opens_nothing_but_what_it_was_made_for(case_file: CaseFile) -> None:
    row, code = issue(case_file)
    assert not row.take(code, purpose="another", at=NOON)


@pytest.mark.parametrize(("minutes", "taken"), [(14, True), (15, False)])
def test_a_code_lives_fifteen_minutes(case_file: CaseFile, minutes: int, taken: bool) -> None:
    row, code = issue(case_file)
    assert row.take(code, purpose="one", at=NOON + timedelta(minutes=minutes)) is taken


def test_the_right_code_comes_too_late_after_five_wrong_ones(case_file: CaseFile) -> None:
    row, code = issue(case_file)
    wrong = "000000" if code != "000000" else "111111"
    assert [row.take(wrong, purpose="one", at=NOON) for _ in range(5)] == [False] * 5
    assert not row.take(code, purpose="one", at=NOON)


@pytest.mark.parametrize(("seconds", "too_early"), [(59, True), (60, False)])
def test_another_code_is_sent_a_minute_later(
    case_file: CaseFile, seconds: int, too_early: bool
) -> None:
    issue(case_file)
    at = NOON + timedelta(seconds=seconds)
    assert FollowUpCode.objects.sent_just_now(at) is too_early


@pytest.mark.parametrize("typed", ["123 456", "123456"])
def test_the_form_takes_the_code_as_it_is_read(typed: str) -> None:
    form = OneTimeCodeForm({"code": typed})
    assert form.is_valid()
    assert form.cleaned_data["code"] == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a"])
def test_the_form_says_how_many_digits(typed: str) -> None:
    form = OneTimeCodeForm({"code": typed})
    assert form.errors == {"code": ["Le code compte 6 chiffres."]}
