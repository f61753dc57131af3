"""Whom to tell of a fault: only whom the settings name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import LazySettings

from tests.support.client import PortalClient

ADDRESS = "/.well-known/security.txt"


@pytest.mark.django_db
def test_nobody_is_named_before_the_settings_do(client: PortalClient) -> None:
    assert client.get(ADDRESS).status_code == 404


def test_contact_of_the_settings_is_given(client: PortalClient, settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = "mailto:securite@example.org"
    settings.PUBLIC_URL = "https://sante.example.org"
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        response = client.get(ADDRESS)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "Contact: mailto:securite@example.org",
        "Expires: 2027-05-21T12:00:00+00:00",
        "Preferred-Languages: fr, en",
        "Canonical: https://sante.example.org/.well-known/security.txt",
    ]
