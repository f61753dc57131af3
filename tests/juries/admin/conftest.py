"""The head at the desk, while the jury meets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from apps.accounts.models import User
from tests.factories.juries import MEETING_AT
from tests.support.client import PortalClient


@pytest.fixture(autouse=True)
def _in_the_meeting() -> Iterator[None]:
    with time_machine.travel(MEETING_AT, tick=False):
        yield


@pytest.fixture
def desk(client: PortalClient, head: User) -> PortalClient:
    client.force_login(head)
    return client
