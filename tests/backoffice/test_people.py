from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def grant(client: PortalClient, user: User, **grant: str) -> Any:
    data = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": "on",
        "role_grants-TOTAL_FORMS": "1",
        "role_grants-INITIAL_FORMS": "0",
        **{f"role_grants-0-{name}": value for name, value in grant.items()},
    }
    return client.post(f"/admin/accounts/user/{user.pk}/change/", data)


def test_programme_of_a_right_is_chosen_by_its_name(
    client: PortalClient, superuser: User, applicant: User
) -> None:
    client.force_login(superuser)

    html = client.get(f"/admin/accounts/user/{applicant.pk}/change/").content.decode()
    grant(client, applicant, role=Role.CASEWORKER, programme="installation")

    assert '<option value="installation">Aide à l’installation</option>' in html
    assert "Tous les dispositifs" in html
    assert applicant.role_grants.get().programme == "installation"


def test_programme_that_does_not_exist_is_refused(
    client: PortalClient, superuser: User, applicant: User
) -> None:
    client.force_login(superuser)

    response = grant(client, applicant, role=Role.CASEWORKER, programme="chimere")

    assert "Cette réponse n’est pas dans la liste. Choisissez-en une autre." in page_text(response)
    assert not applicant.role_grants.exists()
