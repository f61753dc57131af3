"""Rows of incompatible aids, and their overrides, refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from apps.accounts.models import User
from apps.awards.enums import OutsideAid
from apps.awards.models import Incompatibility, IncompatibilityOverride
from apps.casefiles.models import CaseFile
from tests.factories.casefiles import START, installation_file

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 1)
# Constraint: what each row that breaks it changes on a row between two programmes…
ROWS: dict[str, list[dict[str, Any]]] = {
    "incompatibility_aid_known": [{"with_programme": "", "with_aid": "aide-du-ciel"}],
    "incompatibility_names_one_aid": [
        {"with_programme": ""},
        {"with_aid": OutsideAid.SCHOOL},
    ],
    "incompatibility_no_overlap": [],  # see test_two_aids_are_ruled_once_at_a_time
    "incompatibility_has_a_start": [{"valid_during": (None, DAY)}, {"valid_during": (DAY, DAY)}],
    "incompatibility_has_a_source": [{"source": ""}],
}
# …and on an override.
OVERRIDES: dict[str, list[dict[str, Any]]] = {
    "override_once_per_file": [],  # see test_file_is_let_off_a_rule_once
    "override_has_a_reason": [],  # final: see test_override_says_why
}
GUARDS = ROWS.keys() | OVERRIDES.keys()


def row(**values: Any) -> Incompatibility:
    return Incompatibility.objects.create(
        **{
            "programme": "installation",
            "with_programme": "autre-aide",
            "valid_during": (DAY, None),
            "source": "Texte fictif",
            **values,
        }
    )


def override(case_file: CaseFile, by: User, rule: Incompatibility) -> IncompatibilityOverride:
    return IncompatibilityOverride.objects.create(
        case_file=case_file, incompatibility=rule, by=by, at=START, reason="Cas particulier."
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, changes in ROWS.items()
        for number, values in enumerate(changes, start=1)
    ],
)
def test_row_that_breaks_the_constraint_is_refused(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        row(**values)


@pytest.mark.parametrize(
    "values",
    [{}, {"programme": "autre-aide", "with_programme": "installation"}],
    ids=["same", "other way round"],
)
def test_two_aids_are_ruled_once_at_a_time(values: dict[str, Any]) -> None:
    row(valid_during=(DAY, date(2027, 1, 1)))

    with pytest.raises(IntegrityError, match='"incompatibility_no_overlap"'), transaction.atomic():
        row(**values, valid_during=(date(2026, 6, 1), None))

    row(**values, valid_during=(date(2027, 1, 1), None))
    row(with_programme="", with_aid=OutsideAid.SCHOOL)
    row(with_programme="", with_aid=OutsideAid.EMPLOYER)


def test_file_is_let_off_a_rule_once(head: User, other_head: User) -> None:
    case_file, rule = installation_file(), row()
    override(case_file, head, rule)

    with pytest.raises(IntegrityError, match='"override_once_per_file"'):
        override(case_file, other_head, rule)


def test_override_says_why(head: User) -> None:
    with pytest.raises(IntegrityError, match='"override_has_a_reason"'):
        IncompatibilityOverride.objects.create(
            case_file=installation_file(), incompatibility=row(), by=head, at=START, reason=""
        )


def test_nobody_overrides_a_rule_for_themselves(head: User) -> None:
    with pytest.raises(DatabaseError, match="Nobody overrides a rule for their own file"):
        override(installation_file(applicant=head), head, row())


def test_override_never_changes(head: User) -> None:
    kept = override(installation_file(), head, row())

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        IncompatibilityOverride.objects.update(reason="Autre motif.")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        kept.delete()
    with pytest.raises(ProtectedError):
        kept.incompatibility.delete()
