from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.follow_up import address_digest, check_code, send_code
from apps.casefiles.models import CaseFile, FollowUpCode
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def case_file(applicant: User) -> CaseFile:
    return installation_file(applicant=applicant)


def ask(case_file: CaseFile, *, email: str = "alice@exemple.fr", at: datetime = AT) -> str:
    """The code that was sent, or an empty string when none was."""
    send_code(case_file.reference, address_digest(email), at=at)
    sent = OutgoingEmail.objects.filter(kind="casefile-follow-up-code").first()
    found = re.search(r"\b\d{6}\b", sent.text) if sent else None
    return found.group() if found else ""


def test_code_for_the_right_pair_opens_the_file_once(case_file: CaseFile) -> None:
    code = ask(case_file)

    assert check_code(case_file.reference, code, at=AT) == case_file
    assert check_code(case_file.reference, code, at=AT) is None


def test_reference_and_address_are_forgiving(case_file: CaseFile) -> None:
    send_code(
        case_file.reference.lower().replace("-", " "), address_digest(" Alice@Exemple.FR "), at=AT
    )

    assert FollowUpCode.objects.get().case_file == case_file


@pytest.mark.parametrize("email", ["bruno@exemple.fr", ""])
def test_wrong_address_gets_no_code(case_file: CaseFile, email: str) -> None:
    assert ask(case_file, email=email) == ""
    assert not FollowUpCode.objects.exists()


def test_draft_cannot_be_followed(applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    assert ask(draft) == ""


def test_second_code_waits_a_minute(case_file: CaseFile) -> None:
    ask(case_file)
    ask(case_file, at=AT + timedelta(seconds=59))
    assert FollowUpCode.objects.count() == 1

    ask(case_file, at=AT + timedelta(seconds=60))
    assert FollowUpCode.objects.count() == 2


def test_code_expires_after_fifteen_minutes(case_file: CaseFile) -> None:
    code = ask(case_file)

    assert check_code(case_file.reference, code, at=AT + timedelta(minutes=15)) is None


def test_five_wrong_tries_close_the_code(case_file: CaseFile) -> None:
    code = ask(case_file)
    wrong = "000000" if code != "000000" else "111111"

    assert [check_code(case_file.reference, wrong, at=AT) for _ in range(5)] == [None] * 5
    assert check_code(case_file.reference, code, at=AT) is None


def test_code_is_kept_as_a_digest_only(case_file: CaseFile) -> None:
    code = ask(case_file)

    assert code not in FollowUpCode.objects.get().digest
