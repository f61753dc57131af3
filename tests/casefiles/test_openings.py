from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.models import CaseFileOpening
from apps.casefiles.models.opening import OpenedBy
from tests.factories.casefiles import START, installation_file

pytestmark = pytest.mark.django_db


def test_record_tells_who_else_has_it_open_and_since_when(
    caseworker: User, other_caseworker: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case_file = installation_file()
    with django_assert_num_queries(1):
        assert CaseFileOpening.record(case_file, caseworker, at=START) == []
    CaseFileOpening.record(case_file, caseworker, at=START + timedelta(minutes=8))

    others = CaseFileOpening.record(case_file, other_caseworker, at=START + timedelta(minutes=15))

    assert others == [OpenedBy(name="Chloé Instructrice", since=START)]


def test_record_after_ten_minutes_counts_as_a_new_opening(
    caseworker: User, other_caseworker: User
) -> None:
    case_file = installation_file()
    CaseFileOpening.record(case_file, caseworker, at=START)
    later = START + timedelta(minutes=11)

    assert CaseFileOpening.record(case_file, other_caseworker, at=later) == []
    CaseFileOpening.record(case_file, caseworker, at=later)
    others = CaseFileOpening.record(case_file, other_caseworker, at=later)

    assert others == [OpenedBy(name="Chloé Instructrice", since=later)]


def test_record_on_another_file_is_nobodys_business(
    caseworker: User, other_caseworker: User
) -> None:
    CaseFileOpening.record(installation_file(), caseworker, at=START)

    assert CaseFileOpening.record(installation_file(), other_caseworker, at=START) == []
