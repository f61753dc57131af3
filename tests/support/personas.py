"""The people that tests talk about, one of each kind; signed in with `client.force_login`.

Programme slugs are those of the addresses: installation, bourse-etudes, stage-rural, innovation.
"""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.factories.accounts import UserFactory


@pytest.fixture
def applicant(db: None) -> User:
    return UserFactory(first_name="Alice", last_name="Martin", email="alice@exemple.fr")


@pytest.fixture
def other_applicant(db: None) -> User:
    return UserFactory(first_name="Bruno", last_name="Petit", email="bruno@exemple.fr")


@pytest.fixture
def caseworker(db: None) -> User:
    return _staff("Chloé", "Instructrice", Role.CASEWORKER, "installation")


@pytest.fixture
def other_caseworker(db: None) -> User:
    return _staff("Cyril", "Instructeur", Role.CASEWORKER, "installation")


@pytest.fixture
def foreign_caseworker(db: None) -> User:
    """Handles another programme: nothing of « installation » is theirs to see."""
    return _staff("Denis", "Ailleurs", Role.CASEWORKER, "bourse-etudes")


@pytest.fixture
def head(db: None) -> User:
    return _staff("Hélène", "Responsable", Role.HEAD, "installation")


@pytest.fixture
def other_head(db: None) -> User:
    return _staff("Hugo", "Responsable", Role.HEAD, "installation")


@pytest.fixture
def foreign_head(db: None) -> User:
    """Head of another programme."""
    return _staff("Hector", "Ailleurs", Role.HEAD, "bourse-etudes")


@pytest.fixture
def committee_member(db: None) -> User:
    return _staff("Monique", "Élue", Role.COMMITTEE_MEMBER, "installation")


@pytest.fixture
def accountant(db: None) -> User:
    return _staff("Omar", "Comptable", Role.ACCOUNTANT, "installation")


@pytest.fixture
def editor(db: None) -> User:
    """Edits the public data (lines, communes): a role without programme."""
    return _staff("Estelle", "Éditrice", Role.EDITOR, "")


@pytest.fixture
def auditor(db: None) -> User:
    return _staff("Aurélie", "Auditrice", Role.AUDITOR, "")


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory(
        first_name="Sylvie",
        last_name="Système",
        email="sylvie@exemple.fr",
        is_staff=True,
        is_superuser=True,
    )


def _staff(first_name: str, last_name: str, role: Role, programme: str) -> User:
    return UserFactory(first_name=first_name, last_name=last_name, grants=[(role, programme)])
