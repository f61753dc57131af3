"""Accounts that nobody uses: told two weeks before, closed by the length that staff set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.lookups.housing.models import SavedSearch
from apps.notifications.models import OutgoingEmail
from apps.privacy.models import DeletionRecord, RetentionNotice, RetentionPeriod
from apps.privacy.requests import ask_erasure
from apps.privacy.rounds import run_retention
from apps.privacy.unused_accounts import unused_accounts
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file
from tests.support.text import plain

pytestmark = pytest.mark.django_db
SEEN = datetime(2024, 2, 29, 12, tzinfo=UTC)
# Two years after a 29 February.
ENDS = datetime(2026, 2, 28, 3, 10, tzinfo=UTC)


@pytest.fixture
def forgotten(db: None) -> User:
    user: User = UserFactory(first_name="Odile", email="odile@exemple.fr", last_login=SEEN)
    return user


@pytest.fixture
def two_years(db: None) -> None:
    RetentionPeriod.objects.create(rule="accounts.unused", length=2, unit="year")


@pytest.mark.usefixtures("two_years")
def test_an_account_is_told_two_weeks_before_then_closed(forgotten: User) -> None:
    run_retention(at=ENDS - timedelta(days=15))
    assert RetentionNotice.objects.count() == 0
    assert run_retention(at=ENDS - timedelta(days=14)).notices == 1
    assert run_retention(at=ENDS - timedelta(days=13)).notices == 0
    [email] = OutgoingEmail.objects.filter(kind="account-notice")
    assert email.to == "odile@exemple.fr"
    assert "28 février 2026" in plain(email.subject)

    run_retention(at=ENDS - timedelta(days=1))
    forgotten.refresh_from_db()
    assert forgotten.is_active
    run_retention(at=ENDS)
    forgotten.refresh_from_db()
    assert (forgotten.is_active, forgotten.first_name) == (False, "")
    [record] = DeletionRecord.objects.filter(rule="accounts.unused")
    assert (record.count, record.cause) == (1, "period")
    assert not OutgoingEmail.objects.filter(to="odile@exemple.fr").exists()
    assert run_retention(at=ENDS + timedelta(days=1)).notices == 0


@pytest.mark.usefixtures("two_years")
def test_who_signs_in_after_the_notice_keeps_the_account(forgotten: User) -> None:
    run_retention(at=ENDS - timedelta(days=14))
    User.objects.filter(pk=forgotten.pk).update(last_login=ENDS - timedelta(days=2))
    run_retention(at=ENDS)
    forgotten.refresh_from_db()
    assert forgotten.is_active


@pytest.mark.usefixtures("two_years")
def test_told_late_the_person_still_has_two_weeks(forgotten: User) -> None:
    late = ENDS + timedelta(days=100)
    run_retention(at=late)
    [email] = OutgoingEmail.objects.filter(kind="account-notice")
    assert "22 juin 2026" in plain(email.subject)
    run_retention(at=late + timedelta(days=13))
    forgotten.refresh_from_db()
    assert forgotten.is_active
    run_retention(at=late + timedelta(days=14))
    forgotten.refresh_from_db()
    assert not forgotten.is_active


def test_without_a_length_nobody_is_told(forgotten: User) -> None:
    assert run_retention(at=ENDS + timedelta(days=3650)).notices == 0


def test_whoever_asks_for_something_uses_the_account(forgotten: User, head: User) -> None:
    people = [UserFactory(last_login=SEEN) for _ in range(3)]
    User.objects.filter(pk=head.pk).update(last_login=SEEN)
    installation_file(until=CaseFileState.DRAFT, applicant=people[0])
    ask_erasure(people[1], message="", at=START)
    SavedSearch.objects.create(
        user=people[2], query="ou=45000", label="Orléans", created_at=START, told_until=START
    )
    assert list(unused_accounts(until=date(2026, 1, 1))) == [forgotten]


def test_a_notice_is_about_a_file_or_an_account(forgotten: User) -> None:
    for values in ({}, {"user": forgotten, "case_file": installation_file()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetentionNotice.objects.create(ends_on=date(2026, 1, 1), sent_at=SEEN, **values)
