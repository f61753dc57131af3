from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from pytest_django import Settings

from apps.accounts.models import User
from apps.awards.models import Session
from tests.factories.awards import LISTED_AT, planned_session
from tests.support.client import PortalClient


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture
def moment() -> datetime:
    """20 November 2026, four weeks before the session of the factories; modules may override."""
    return LISTED_AT


@pytest.fixture(autouse=True)
def _at_the_moment(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment):
        yield


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


@pytest.fixture
def as_head(client: PortalClient, head: User) -> PortalClient:
    client.force_login(head)
    return client
