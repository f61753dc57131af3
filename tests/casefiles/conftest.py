"""The world that the engine's proofs share: one file in each state, and everyone around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from tests.factories.accounts import UserFactory
from tests.factories.awards import file_in
from tests.factories.casefiles import staff_member

PEOPLE = (
    *("applicant", "other_applicant", "caseworker", "foreign_caseworker"),
    *("head", "foreign_head", "proposer", "committee_member"),
    *("accountant", "editor", "auditor", "superuser"),
)


@dataclass(frozen=True)
class World:
    """`files`: by state, each of its own applicant, proposed by « proposer », who is a head."""

    files: dict[str, CaseFile]
    staff: dict[str, User]

    def person(self, name: str, case_file: CaseFile) -> User:
        if name == "applicant":
            assert case_file.applicant is not None
            return case_file.applicant
        return self.staff[name]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for a module: each test works in a savepoint of this transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        staff = {
            "other_applicant": UserFactory(),
            "caseworker": staff_member(Role.CASEWORKER),
            "foreign_caseworker": staff_member(Role.CASEWORKER, "bourse-etudes"),
            "head": staff_member(Role.HEAD),
            "foreign_head": staff_member(Role.HEAD, "bourse-etudes"),
            "proposer": staff_member(Role.HEAD),
            "committee_member": staff_member(Role.COMMITTEE_MEMBER),
            "accountant": staff_member(Role.ACCOUNTANT),
            "editor": staff_member(Role.EDITOR, ""),
            "auditor": staff_member(Role.AUDITOR, ""),
            "superuser": UserFactory(is_staff=True, is_superuser=True),
        }
        files = {
            state.value: file_in(state, actor=staff["head"], caseworker=staff["proposer"])
            for state in CaseFileState
        }
        yield World(files=files, staff=staff)
        transaction.set_rollback(True)
