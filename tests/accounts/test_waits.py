"""Where allauth refuses, the page says when to come back, as ours do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from apps.accounts.models import User
from tests.support.client import PortalClient
from tests.support.text import plain

pytestmark = pytest.mark.django_db
PAGE = "/compte/mot-de-passe/choisir/"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_page_says_the_minute_from_which_one_may_try_again(
    client: PortalClient, applicant: User
) -> None:
    client.force_login(applicant)
    with time_machine.travel(NOW, tick=False):
        answers = [client.post(PAGE, {"password1": "court"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[5]["Retry-After"] == "60"
    page = plain(answers[5].content.decode())
    assert "Revenez à 10 h 01." in page
    assert "court" not in page


def test_wait_shrinks_as_time_goes(client: PortalClient, applicant: User) -> None:
    client.force_login(applicant)
    with time_machine.travel(NOW, tick=False) as traveller:
        for _ in range(5):
            client.post(PAGE, {"password1": "court"})
        traveller.shift(45)
        assert client.post(PAGE, {"password1": "court"})["Retry-After"] == "15"
