"""Every agent reads the territory; editors and heads keep the zones; nobody deletes."""

from __future__ import annotations

from typing import Any

import pytest

from apps.territory.models import Zone
from tests.factories.territory import CommuneFactory, ZoneFactory
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

ZONES = "/admin/territory/zone/"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


def sign_in(client: PortalClient, request: pytest.FixtureRequest, role: str) -> None:
    client.force_login(request.getfixturevalue(role))


@pytest.mark.parametrize("role", ["caseworker", "accountant", "auditor", "editor", "head"])
@pytest.mark.parametrize("path", ["epci/", "commune/", "zone/"])
def test_territory_lists_open_for_every_agent(
    client: PortalClient, request: pytest.FixtureRequest, role: str, path: str
) -> None:
    ZoneFactory()
    sign_in(client, request, role)
    assert client.get(f"/admin/territory/{path}").status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [("caseworker", 403), ("auditor", 403), ("editor", 200), ("head", 200)]
)
def test_zone_add_page_is_for_editors_and_heads(
    client: PortalClient, request: pytest.FixtureRequest, role: str, status: int
) -> None:
    sign_in(client, request, role)
    assert client.get(f"{ZONES}add/").status_code == status
    assert client.get("/admin/territory/commune/add/").status_code == 403


def test_communes_are_written_by_the_loader_only(client: PortalClient, superuser: Any) -> None:
    client.force_login(superuser)
    assert client.get("/admin/territory/commune/add/").status_code == 403


def test_territory_is_closed_to_applicants(client: PortalClient, applicant: Any) -> None:
    client.force_login(applicant)
    assert client.get(ZONES).status_code == 302


def test_zone_is_never_deleted(client: PortalClient, superuser: Any) -> None:
    zone = ZoneFactory()
    client.force_login(superuser)
    assert client.post(f"{ZONES}{zone.pk}/delete/", {"post": "yes"}).status_code == 403


def zone_data(commune: str, **changes: str) -> dict[str, str]:
    return {
        "commune": commune,
        "zoning": "medecin",
        "zone_class": "sous_dotee",
        "valid_during_0": "2026-01-01",
        "valid_during_1": "",
        "source": "Arrêté d’essai",
        "source_date": "01/01/2026",
    } | changes


def test_zone_written_by_an_editor_is_theirs_from_then_on(
    client: PortalClient, editor: Any
) -> None:
    commune = CommuneFactory()
    client.force_login(editor)
    data = zone_data(commune.pk, valid_during_1="2026-12-31")
    assert client.post(f"{ZONES}add/", data).status_code == 302
    zone = Zone.objects.get()
    assert zone.edited_by_staff
    assert str(zone.valid_during.upper) == "2027-01-01"
    history = client.get(f"{ZONES}{zone.pk}/history/").content.decode()
    assert "Estelle Éditrice" in history


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_during_0": "2023-06-01"}, "fermez-la d’abord"),
        ({"valid_during_0": "", "valid_during_1": "2026-01-01"}, "Indiquez le premier jour."),
        ({"valid_during_1": "2025-12-31"}, "Le dernier jour suit le premier."),
    ],
)
def test_zone_with_bad_dates_is_refused_with_the_reason(
    client: PortalClient, editor: Any, changes: dict[str, str], words: str
) -> None:
    zone = ZoneFactory()
    client.force_login(editor)
    response = client.post(f"{ZONES}add/", zone_data(zone.commune_id, **changes))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert Zone.objects.count() == 1


def test_territory_lists_search_as_people_type(
    communes: None, client: PortalClient, editor: Any
) -> None:
    client.force_login(editor)
    html = client.get("/admin/territory/commune/", {"q": "st jean ruelle"}).content.decode()
    assert "Saint-Jean-de-la-Ruelle" in html
    assert "1 commune" in html


@pytest.mark.parametrize("count", [1, 3])
def test_zone_list_queries_do_not_grow(
    client: PortalClient, editor: Any, django_assert_num_queries: Any, count: int
) -> None:
    ZoneFactory.create_batch(count)
    client.force_login(editor)
    client.get(ZONES)  # the session is settled by the first page
    with django_assert_num_queries(5):
        client.get(ZONES)
