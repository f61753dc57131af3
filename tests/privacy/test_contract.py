"""Read from the models: a table that leads to a person says what becomes of each column."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from apps.accounts.models import User
from apps.casefiles.models import CaseFile
from apps.core.personal_data import PersonalTable, Subject, exceptions, tables
from apps.core.retention import rules
from apps.privacy.erasure import _children_first

# What a kept row of a file still says in words of its own: none of them names anybody.
SAYS_NOTHING_OF_ANYBODY = {
    "casefiles.CaseFile": {"reference", "programme", "computation"},
    "casefiles.CaseFileEvent": {"transition", "from_state", "to_state"},
    "casefiles.Decision": {"breakdown", "deliberation"},
    "awards.Instalment": {"label", "proof_label", "treasury_number"},
    "awards.BatchLine": {"reference"},
    "awards.Clawback": {"number", "breakdown", "treasury_number"},
    "awards.Promise": {"kind", "label", "source"},
    "awards.Amendment": {"label", "breakdown", "deliberation"},
    "installation.InstallationDetail": {"zone_label", "zone_source"},
    # A body, its project, and what was published of them.
    "innovation.ProposalDetail": {
        *("organisation", "siret", "rna", "title", "summary", "place", "public_outcome"),
    },
    "innovation.Indicator": {"label", "unit"},
}
_WORDS = (models.CharField, models.TextField, models.JSONField)


def _candidates() -> list[type[models.Model]]:
    """Our tables and those of allauth, without the history that erasure removes by itself."""
    ours = ("apps.", "allauth.", "django.contrib.admin", "django.contrib.sessions")
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith(ours)
        and not any(field.name == "pgh_id" for field in model._meta.fields)
    ]


def _leads_to_a_person(model: type[models.Model], known: set[Any]) -> bool:
    return any(
        (isinstance(field, models.ForeignKey) and field.related_model in known)
        or isinstance(field, models.EmailField)
        for field in model._meta.concrete_fields
    )


def test_every_table_that_leads_to_a_person_joins_or_says_why_not() -> None:
    declared = {table.model for table in tables()}
    known = declared | {User, CaseFile}
    silent = [
        model._meta.label
        for model in _candidates()
        if _leads_to_a_person(model, known) and model not in declared and model not in exceptions()
    ]
    assert silent == []


def test_every_column_that_is_written_over_exists() -> None:
    for table in tables():
        names = {field.name for field in table.model._meta.concrete_fields}
        assert names >= {*table.blanks, *table.hidden}, table.model


@pytest.mark.parametrize(
    "table",
    [table for table in tables(Subject.CASE_FILE) if not table.deletes],
    ids=lambda table: table.model.__name__,
)
def test_every_free_word_of_a_kept_row_goes(table: PersonalTable) -> None:
    free = {
        field.name
        for field in table.model._meta.concrete_fields
        if isinstance(field, _WORDS) and not field.choices
        if not isinstance(field, models.GeneratedField)
    }
    kept = free - set(table.blanks)
    assert kept == SAYS_NOTHING_OF_ANYBODY.get(table.model._meta.label, set())


def test_tables_can_be_emptied_in_an_order() -> None:
    for subject in Subject:
        doomed = [table for table in tables(subject) if table.deletes]
        assert len(_children_first(doomed)) == len(doomed)


def test_every_table_says_what_ends_it() -> None:
    """With its file, with its account, by a rule of its own, or a reason why none does."""
    codes = {rule.code for rule in rules()}
    unknown = [table.label for table in tables() if table.rule and table.rule not in codes]
    assert unknown == []
    silent = [
        table.model._meta.label
        for table in tables(Subject.PERSON)
        if not (table.rule or table.endless or table.goes_with_account)
    ]
    assert silent == []


def test_every_rule_is_applied() -> None:
    """By its own eraser; requests and accounts, by the round, one at a time."""
    applied_one_by_one = {
        rule.code for rule in rules() if rule.code.startswith("demande.") and rule.programme
    }
    assert {rule.code for rule in rules() if rule.forget is None} == {
        *applied_one_by_one,
        "pieces-comptables",
        "accounts.unused",
    }


def test_a_rule_has_one_code() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes)) > 20
