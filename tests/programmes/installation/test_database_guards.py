"""The tables of the installation aid refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.casefiles.enums import CaseFileState
from apps.programmes.installation.models import InstallationDetail, ZoneRule
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db

RULE: dict[str, Any] = {
    "profession": "infirmier",
    "zones": ["sous_dotee"],
    "valid_during": DateRange(date(2026, 1, 1), None),
    "source": "Délibération d’essai",
}
# Constraint: what each row that breaks it changes.
DETAILS: dict[str, list[dict[str, Any]]] = {
    "installation_profession_known": [{"profession": "veterinaire"}],
    "installation_structure_kind_known": [{"structure_kind": "garage"}],
    "installation_practice_mode_known": [{"practice_mode": "benevole"}],
    "installation_supervisor_known": [{"supervisor": "peut-etre"}],
    "installation_zone_class_known": [
        {
            "zone_class": "paradis",
            "zone_valid_from": date(2025, 9, 12),
            "assessed_on": date(2026, 11, 2),
        }
    ],
    "installation_zone_is_complete": [
        {"zone_class": "sous_dotee"},
        {"zone_class": "sous_dotee", "zone_valid_from": date(2025, 9, 12)},
        {"zone_valid_from": date(2025, 9, 12)},
    ],
}
RULES: dict[str, list[dict[str, Any]]] = {
    "zone_rule_no_overlap": [{}, {"valid_during": DateRange(date(2025, 1, 1), date(2026, 1, 2))}],
    "zone_rule_profession_known": [{"profession": "veterinaire"}],
    "zone_rule_zones_known": [{"zones": ["sous_dotee", "paradis"]}],
}


def cases(table: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


@pytest.mark.parametrize(("name", "values"), cases(DETAILS))
def test_detail_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT)

    with pytest.raises(IntegrityError, match=f'"{name}"'):
        InstallationDetail.objects.filter(case_file=case_file).update(**values)


@pytest.mark.parametrize(("name", "values"), cases(RULES))
def test_zone_rule_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    ZoneRule.objects.create(**RULE)

    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        ZoneRule.objects.create(**{**RULE, **values})


def test_every_constraint_has_a_row_that_breaks_it() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("installation").get_models()
        for constraint in model._meta.constraints
    }
    assert DETAILS.keys() | RULES.keys() == declared


def test_file_has_one_detail_row() -> None:
    case_file = installation_file(until=CaseFileState.DRAFT)

    with pytest.raises(IntegrityError, match="installation_installationdetail_pkey"):
        InstallationDetail.objects.create(case_file=case_file)
