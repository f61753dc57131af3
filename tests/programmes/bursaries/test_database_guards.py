"""The detail row of a bursary refuses what makes no sense, whoever writes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError

from apps.casefiles.enums import CaseFileState
from apps.programmes.bursaries.models import BursaryDetail
from tests.factories.bursaries import bursary_file

pytestmark = pytest.mark.django_db

# Constraint: what each row that breaks it changes.
DETAILS: dict[str, list[dict[str, Any]]] = {
    "bursary_course_known": [{"course": "astrologie"}],
    "bursary_track_known": [{"track": "lune"}],
    "bursary_year_of_study_possible": [{"year_of_study": 0}, {"year_of_study": 13}],
    "bursary_school_year_possible": [{"school_year": 26}, {"school_year": 2200}],
}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in DETAILS.items()
        for number, values in enumerate(rows, start=1)
    ],
)
def test_detail_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    case_file = bursary_file(until=CaseFileState.DRAFT)

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        BursaryDetail.objects.filter(case_file=case_file).update(**values)


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("bursaries").get_models()
        for constraint in model._meta.constraints
    }
    assert DETAILS.keys() == declared
