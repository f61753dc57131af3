from __future__ import annotations

import pytest
from pytest_django import Settings

from apps.core.jobs import queue_job
from apps.notifications.tasks import deliver_email
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db


def test_figures_are_for_whoever_holds_the_token(client: PortalClient, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-token"

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200


def test_without_a_token_there_are_none(client: PortalClient) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_jobs_that_wait_are_counted(client: PortalClient, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-token"
    for key in (1, 2):
        queue_job(deliver_email, email_id=key)

    text = client.get("/metrics", headers={"Authorization": "Bearer a-token"}).text

    assert 'portal_jobs{queue="emails",state="todo"} 2.0' in text
    assert 'portal_jobs_late_seconds{queue="emails"}' in text
    assert "python_info" in text
