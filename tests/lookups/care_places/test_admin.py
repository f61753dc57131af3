"""Staff keep places right; the loader leaves what they wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from apps.lookups.care_places.models import Place
from tests.factories.care_places import PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient

pytestmark = pytest.mark.django_db

PLACES = "/admin/care_places/place/"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


@pytest.mark.parametrize(
    ("role", "add"), [("auditor", 403), ("caseworker", 403), ("editor", 200), ("head", 200)]
)
def test_places_are_read_by_agents_and_written_by_editors_and_heads(
    client: PortalClient, request: pytest.FixtureRequest, role: str, add: int
) -> None:
    place = PlaceFactory()
    client.force_login(request.getfixturevalue(role))

    assert client.get(PLACES).status_code == 200
    assert client.get(f"{PLACES}{place.pk}/change/").status_code == 200
    assert client.get(f"{PLACES}add/").status_code == add


@time_machine.travel(NOON)
def test_verify_today_records_who_and_when(client: PortalClient, editor: Any) -> None:
    place = PlaceFactory()
    client.force_login(editor)

    client.post(PLACES, {"action": "verify_today", "_selected_action": [place.pk]})

    place.refresh_from_db()
    assert (place.verified_on, place.verified_by) == (date(2026, 11, 20), editor)


def changed(place: Place, **values: Any) -> dict[str, Any]:
    return {
        "name": place.name,
        "kind": place.kind,
        "commune": place.commune_id,
        "latitude": "47.9",
        "longitude": "1.9",
        "precision": place.precision,
        "source": place.source,
        **values,
    }


def test_what_an_editor_writes_is_kept_from_the_loader(client: PortalClient, editor: Any) -> None:
    place = PlaceFactory()
    client.force_login(editor)

    data = changed(place, services=["urgences", "sans-rendez-vous"], opening_hours="24/7")
    client.post(f"{PLACES}{place.pk}/change/", data)

    place.refresh_from_db()
    assert (place.services, place.edited_by_staff) == (["urgences", "sans-rendez-vous"], True)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"opening_hours": "quand on veut"}, "Ces horaires ne se lisent pas."),
        ({"finess": "12"}, "Un numéro FINESS compte 9 chiffres."),
        ({"latitude": "478"}, "La latitude va de -90 à 90"),
        ({"takes_new_patients": "true"}, "Dites quel jour la réponse"),
    ],
)
def test_nonsense_is_explained_and_kept(
    client: PortalClient, editor: Any, values: dict[str, str], reason: str
) -> None:
    place = PlaceFactory()
    client.force_login(editor)

    response = client.post(f"{PLACES}{place.pk}/change/", changed(place, **values))

    assert response.status_code == 200
    assert reason in response.content.decode()


def test_search_by_name_number_or_commune(client: PortalClient, editor: Any) -> None:
    commune = CommuneFactory(name="Chécy-l’Essai", slug="checy-l-essai")
    place = PlaceFactory(finess="450000047", name="Pôle du Pont", commune=commune)
    client.force_login(editor)

    for typed in ("du pont", "450000047", "checy"):
        assert place.name in client.get(PLACES, {"q": typed}).content.decode()
