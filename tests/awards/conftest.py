"""People and files that several tests of what follows an award share."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.models import AttestationLink
from apps.casefiles.models import CaseFile
from tests.factories.bursaries import bursary_staff
from tests.factories.casefiles import staff_member
from tests.factories.internships import SLUG, active_internship, duration_band, sent_link


@pytest.fixture
def bursary_head(db: None) -> User:
    return bursary_staff(Role.HEAD)


@pytest.fixture
def bursary_caseworker(db: None) -> User:
    return bursary_staff(Role.CASEWORKER)


@pytest.fixture
def internship_agent(db: None) -> User:
    return staff_member(Role.CASEWORKER, SLUG)


@pytest.fixture(scope="module")
def signed_placement(module_transaction: None) -> CaseFile:
    """Its months are to be confirmed. Once a module, which asks for it for all of its tests."""
    duration_band()
    return active_internship()


@pytest.fixture
def internship(signed_placement: CaseFile, db: None) -> CaseFile:
    return CaseFile.objects.get(pk=signed_placement.pk)


@pytest.fixture
def presence_link(internship: CaseFile) -> AttestationLink:
    return sent_link(internship)[0]
