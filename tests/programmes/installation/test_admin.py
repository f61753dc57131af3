from __future__ import annotations

from typing import Any

import pytest

from apps.accounts.models import User
from apps.programmes.installation.models import ZoneRule
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

RULES = "/admin/installation/zonerule/"


def set_rule(client: PortalClient, **changes: Any) -> Any:
    data = {
        "profession": "infirmier",
        "zones": ["tres_sous_dotee", "sous_dotee"],
        "valid_during_0": "2027-01-01",
        "valid_during_1": "",
        "source": "Délibération d’essai",
    }
    return client.post(f"{RULES}add/", data | changes)


def test_head_sets_a_rule_and_its_history_says_which_zones(
    client: PortalClient, head: User
) -> None:
    client.force_login(head)
    help_text = page_text(client.get(f"{RULES}add/"))

    set_rule(client)

    rule = ZoneRule.objects.get()
    assert "sauf : zone très dotée, zone sur-dotée, hors zonage." in help_text
    assert rule.zones == ["tres_sous_dotee", "sous_dotee"]
    assert "zone très sous-dotée, zone sous-dotée" in page_text(client.get(RULES))
    history = page_text(client.get(f"{RULES}{rule.pk}/history/"))
    assert "Création par Hélène Responsable" in history
    assert "zone très sous-dotée, zone sous-dotée" in history


def test_second_rule_for_the_same_days_is_refused(client: PortalClient, head: User) -> None:
    client.force_login(head)
    set_rule(client)

    response = set_rule(client, zones=["sous_dense"])

    assert "Une règle existe déjà sur cette période." in page_text(response)
    assert ZoneRule.objects.count() == 1


def test_rule_is_never_deleted(client: PortalClient, head: User) -> None:
    client.force_login(head)
    set_rule(client)
    rule = ZoneRule.objects.get()

    assert client.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("persona", "reads", "adds"),
    [
        ("head", 200, 200),
        ("caseworker", 200, 403),
        ("auditor", 200, 403),
        ("foreign_caseworker", 403, 403),
        ("editor", 403, 403),
    ],
)
def test_rules_follow_the_roles(
    client: PortalClient, request: pytest.FixtureRequest, persona: str, reads: int, adds: int
) -> None:
    client.force_login(request.getfixturevalue(persona))

    assert client.get(RULES).status_code == reads
    assert client.get(f"{RULES}add/").status_code == adds
