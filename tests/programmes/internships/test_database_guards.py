"""The tables of the internship allowance refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.programmes.internships.models import DurationBand, InternshipDetail, RuralRule
from tests.factories.casefiles import START
from tests.factories.internships import SLUG, duration_band

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 2)
Rows = dict[str, list[dict[str, Any]]]
# Constraint: what each row that breaks it changes.
DETAILS: Rows = {
    "internship_dates_ordered": [{"starts_on": DAY, "ends_on": date(2026, 11, 1)}],
    "internship_not_too_long": [
        {"starts_on": DAY, "ends_on": date(2028, 11, 2)},
        {"starts_on": date(2028, 2, 29), "ends_on": date(2030, 2, 28)},
    ],
    "internship_study_year_known": [{"study_year": 0}, {"study_year": 13}],
    "internship_density_known": [{"density": 8, "assessed_on": DAY}],
    "internship_density_has_its_day": [{"density": 6}],
}
RULES: Rows = {
    "rural_rule_no_overlap": [{}, {"valid_during": DateRange(date(2025, 1, 1), None)}],
    "rural_rule_density_known": [{"minimum_density": 8}],
    "rural_rule_has_a_start": [{"valid_during": DateRange(None, date(2022, 1, 1))}],
    "rural_rule_has_a_source": [
        {"source": "", "valid_during": DateRange(date(2020, 1, 1), date(2021, 1, 1))}
    ],
}
BANDS: Rows = {
    "duration_band_no_overlap": [{}, {"valid_during": DateRange(DAY, None)}],
    "duration_band_from_a_day": [{"from_days": 0}],
    "duration_band_within_published_range": [
        {"from_days": 10, "monthly_amount": Decimal("59.99")},
        {"from_days": 10, "monthly_amount": Decimal("200.01")},
    ],
    "duration_band_has_a_start": [
        {"from_days": 10, "valid_during": DateRange(None, DAY)},
        {"from_days": 10, "valid_during": DateRange(DAY, DAY)},
    ],
    "duration_band_has_a_source": [{"from_days": 10, "source": ""}],
}
RULE: dict[str, Any] = {
    "minimum_density": 5,
    "valid_during": DateRange(date(2023, 1, 1), None),
    "source": "Texte d’essai",
}


def cases(table: Rows) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.mark.parametrize(("name", "values"), cases(DETAILS))
def test_detail_that_breaks_the_constraint_is_refused(
    applicant: User, name: str, values: dict[str, Any]
) -> None:
    start_case_file(programme=SLUG, applicant=applicant, at=START)

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        InternshipDetail.objects.update(**values)


@pytest.mark.parametrize(("name", "values"), cases(RULES))
def test_rule_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    RuralRule.objects.create(**RULE)

    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        RuralRule.objects.create(**{**RULE, **values})


@pytest.mark.parametrize(("name", "values"), cases(BANDS))
def test_band_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    duration_band()

    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        duration_band(**values)


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    own: list[type[models.Model]] = [InternshipDetail, RuralRule, DurationBand]
    declared = {constraint.name for model in own for constraint in model._meta.constraints}
    assert DETAILS.keys() | RULES.keys() | BANDS.keys() == declared
    assert set(own) <= set(apps.get_app_config("internships").get_models())
