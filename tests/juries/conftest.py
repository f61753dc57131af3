"""A campaign of the installation aid that goes before a jury."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import User
from apps.casefiles.models import Campaign, CaseFile
from apps.juries.models import Criterion, Juror, Jury
from tests.factories.juries import (
    add_criteria,
    campaign_file,
    judged_installation,
    make_jury,
    open_campaign,
    seat,
)


@pytest.fixture(autouse=True)
def _judged() -> Iterator[None]:
    with judged_installation():
        yield


@pytest.fixture
def campaign(db: None) -> Campaign:
    return open_campaign()


@pytest.fixture
def criteria(campaign: Campaign) -> list[Criterion]:
    return add_criteria(campaign)


@pytest.fixture
def jury(campaign: Campaign, criteria: list[Criterion], head: User) -> Jury:
    return make_jury(campaign, head=head)


@pytest.fixture
def juror(jury: Jury) -> Juror:
    return seat(jury, name="Première")


@pytest.fixture
def other_juror(jury: Jury) -> Juror:
    return seat(jury, name="Deuxième")


@pytest.fixture
def case_file(campaign: Campaign, caseworker: User) -> CaseFile:
    return campaign_file(campaign, caseworker=caseworker)
