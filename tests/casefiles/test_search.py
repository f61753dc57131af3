from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.casefiles.search import read_search
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import aided_commune, installation_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def helene() -> CaseFile:
    return installation_file(
        applicant=UserFactory(
            first_name="Hélène", last_name="D’Arc-Lefèvre", email="helene.arc@exemple.fr"
        ),
        commune=aided_commune(name="Saint-Benoît-sur-Loire", postcodes=["45730"]),
        rpps="10003421789",
    )


@pytest.fixture
def bruno(other_applicant: User) -> CaseFile:
    return installation_file(applicant=other_applicant)


def _found(text: str) -> set[str]:
    return {
        case_file.first_name for case_file in CaseFile.objects.filter(read_search(text).condition)
    }


@pytest.mark.parametrize(
    "text",
    [
        *("hélène", "HELENE", "lefevre helene", "arc-lef", "helene.arc@"),
        *("St Benoit sur Loire", "saint-benoît", "45730"),
        *("10003421789", "100 0342 1789"),
    ],
)
def test_search_finds_by_each_key(helene: CaseFile, bruno: CaseFile, text: str) -> None:
    assert _found(text) == {"Hélène"}


def test_search_reference_with_or_without_hyphens(helene: CaseFile, bruno: CaseFile) -> None:
    assert _found(helene.reference) == {"Hélène"}
    assert _found(helene.reference.replace("-", " ").lower()) == {"Hélène"}
    assert _found(helene.reference[:8]) == {"Hélène", "Bruno"}


def test_search_without_answer_finds_nothing(helene: CaseFile) -> None:
    assert _found("helene martin") == set()
    assert _found("99999999999") == set()
    assert _found("100%") == set()


def test_search_empty_text_keeps_everything(helene: CaseFile, bruno: CaseFile) -> None:
    assert _found("  ") == {"Hélène", "Bruno"}


@pytest.mark.parametrize("text", ["hélène", "45730", "10003421789"])
def test_search_looks_elsewhere_once(
    helene: CaseFile, text: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert _found(text) == {"Hélène"}


@pytest.mark.parametrize(
    ("text", "looks_at_recent_first"),
    [
        ("martin", True),
        ("martin hélène", False),
        ("helene.arc@exemple.fr", False),
        ("INS-2017-00029-O", False),
        ("10003421789", False),
        ("", False),
    ],
)
def test_recent_files_come_first_only_for_what_may_name_thousands(
    text: str, looks_at_recent_first: bool
) -> None:
    assert (read_search(text).head is not None) is looks_at_recent_first
