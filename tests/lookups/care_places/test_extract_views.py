"""An editor reads an extract, sees what would change, applies it, and settles duplicates."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.lookups.care_places.models import DistinctPair, Extract, Place
from apps.territory.models import Commune
from tests.factories.care_places import PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient
from tests.support.extracts import element, finess, location, overpass, structure
from tests.support.text import page_text, plain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("checy")]

EXTRACTS = "/admin/care_places/extract/"
DUPLICATES = "/admin/care_places/place/doublons/"


@pytest.fixture
def checy(db: None) -> Commune:
    return CommuneFactory(insee_code="45089", name="Chécy", slug="checy", postcodes=["45430"])


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False


def upload(client: PortalClient, content: bytes, **values: str) -> Any:
    file = SimpleUploadedFile("finess.csv", content, "text/csv")
    data = {"file": file, "dated_on": "2026-11-01", **values}
    return client.post(f"{EXTRACTS}add/", data, follow=True)


def test_an_editor_reads_sees_and_applies(client: PortalClient, editor: Any) -> None:
    client.force_login(editor)

    page = upload(client, finess(structure(), location()))
    text = page_text(page)
    assert "FINESS, 1er novembre 2026" in text
    assert "Ajoutés 1" in text
    assert not Place.objects.exists()

    extract = Extract.objects.get()
    digest = page.context["found"].digest
    done = client.post(f"{EXTRACTS}{extract.pk}/change/", {"digest": digest}, follow=True)
    assert "Extrait appliqué : 1 ajoutés, 0 changés" in plain(page_text(done))
    assert Place.objects.count() == 1
    again = client.post(f"{EXTRACTS}{extract.pk}/change/", {"digest": digest})
    assert again.status_code == 409


def test_a_damaged_file_names_its_lines_and_keeps_nothing(
    client: PortalClient, editor: Any
) -> None:
    client.force_login(editor)

    page = upload(client, finess(structure(), structure("45"), "mauvais"))

    assert page.status_code == 409
    text = page_text(page)
    assert "Ligne 3 : le numéro FINESS « 45 » n’a pas 9 chiffres." in text
    assert "3 lignes à corriger" in text
    assert not Extract.objects.exists()


def test_values_left_aside_are_said(client: PortalClient, editor: Any) -> None:
    client.force_login(editor)

    page = upload(client, overpass(element(opening_hours="parfois")))

    assert "les horaires « parfois » ne se lisent pas" in page_text(page)


@pytest.mark.parametrize(
    ("content", "values", "reason"),
    [
        (b"", {}, "Ce fichier est vide."),
        (b"x", {"dated_on": "2099-01-01"}, "Un extrait n’est pas daté de demain."),
        (b"x" * (10 * 1024 * 1024 + 1), {}, "Ce fichier dépasse 10 Mo."),
    ],
)
def test_a_form_that_makes_no_sense_is_explained(
    client: PortalClient, editor: Any, content: bytes, values: dict[str, str], reason: str
) -> None:
    client.force_login(editor)

    assert reason in page_text(upload(client, content, **values))


def test_a_conflict_is_shown_and_chosen(client: PortalClient, editor: Any) -> None:
    place = PlaceFactory(
        commune=Commune.objects.get(pk="45089"),
        name="Maison du Pont",
        finess="450000001",
        edited_by_staff=True,
    )
    client.force_login(editor)

    page = upload(client, finess(structure(), location()))
    text = page_text(page)
    assert "Prendre l’extrait pour Maison du Pont" in text
    assert "Nom Maison du Pont Maison de Sante d’Essai" in text

    extract = Extract.objects.get()
    answer = {"digest": page.context["found"].digest, "take": [place.pk, "x"]}
    client.post(f"{EXTRACTS}{extract.pk}/change/", answer)
    place.refresh_from_db()
    assert place.name == "Maison de Sante d’Essai"


def test_an_editor_merges_or_says_two(client: PortalClient, editor: Any) -> None:
    first, second = PlaceFactory(name="Pont A"), PlaceFactory(name="Pont B")
    client.force_login(editor)
    assert "Pont A" in page_text(client.get(DUPLICATES))
    address = f"{DUPLICATES}{first.pk}-{second.pk}/"

    assert client.post(address, {"kept": "0"}).status_code == 409
    client.post(address, {"kept": "distinct"})
    assert DistinctPair.objects.count() == 1
    done = client.post(address, {"kept": str(second.pk)}, follow=True)

    assert "Fusionné : « Pont B » reste." in page_text(done)
    first.refresh_from_db()
    assert first.merged_into == second
    assert "La fusion n’est pas possible" in page_text(client.get(address))


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("editor", (200, 200, 200)),
        ("head", (200, 200, 200)),
        ("auditor", (200, 403, 403)),
        ("caseworker", (403, 403, 403)),
    ],
)
def test_only_editors_and_heads_import(
    client: PortalClient, request: pytest.FixtureRequest, role: str, statuses: tuple[int, ...]
) -> None:
    client.force_login(request.getfixturevalue(role))

    pages = (EXTRACTS, f"{EXTRACTS}add/", DUPLICATES)
    assert tuple(client.get(page).status_code for page in pages) == statuses


def test_places_to_verify_are_counted_on_the_first_page(client: PortalClient, editor: Any) -> None:
    PlaceFactory()
    client.force_login(editor)

    assert "Lieux de soins à vérifier" in page_text(client.get("/admin/"))
    assert "Maison de santé d’essai" in page_text(
        client.get("/admin/care_places/place/", {"a_verifier": "oui"})
    )
