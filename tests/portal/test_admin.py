from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.portal.models import PagePart, PageText
from tests.support.client import PortalClient


@pytest.mark.django_db
def test_editor_writes_what_a_page_is_missing(client: PortalClient, editor: User) -> None:
    client.force_login(editor)
    response = client.post("/admin/portal/pagetext/add/", {"part": "host", "body": "Ici"})
    assert response.status_code == 302
    assert PageText.objects.get().get_part_display() == PagePart.HOST.label


@pytest.mark.django_db
def test_caseworker_does_not_touch_the_pages(client: PortalClient, caseworker: User) -> None:
    client.force_login(caseworker)
    assert client.get("/admin/portal/pagetext/add/").status_code == 403
