"""An extract is compared, then applied: nothing lost, nothing of staff's written over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.lookups.care_places.imports import (
    Comparison,
    apply_extract,
    compare,
    keep_extract,
    read_extract,
)
from apps.lookups.care_places.models import Extract, OpenSpan, Place, PlaceKind
from apps.lookups.care_places.refusals import RefusedError
from apps.territory.models import Commune
from tests.factories.care_places import AT, PlaceFactory
from tests.factories.territory import CommuneFactory
from tests.support.extracts import element, finess, location, overpass, structure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("checy")]

HOUSE = (structure(), location())


@pytest.fixture
def checy(db: None) -> Commune:
    return CommuneFactory(insee_code="45089", name="Chécy", slug="checy", postcodes=["45430"])


def kept(content: bytes, *, dated_on: date = date(2027, 3, 3)) -> Extract:
    source, reading = read_extract(content, Commune.objects.in_bulk())
    return keep_extract(
        reading=reading, source=source, file_name="essai.csv", dated_on=dated_on, at=AT
    )


def applied(content: bytes, **options: Any) -> Comparison:
    extract = kept(content)
    found = compare(extract)
    apply_extract(extract=extract, digest=found.digest, at=AT, **options)
    return found


def checy_place(**values: Any) -> Place:
    return PlaceFactory(commune=Commune.objects.get(pk="45089"), **values)


def test_a_new_place_is_made_with_its_source() -> None:
    found = applied(finess(*HOUSE))

    place = Place.objects.get()
    assert len(found.created) == 1
    assert place.source == "FINESS, extrait FINESS du 3\u00a0mars\u00a02027"
    assert (place.finess, place.verified_on, place.edited_by_staff) == ("450000001", None, False)


def test_the_same_extract_twice_changes_nothing_more() -> None:
    applied(finess(*HOUSE))

    again = compare(kept(finess(*HOUSE)))

    assert (again.is_empty, again.unchanged) == (True, 1)


def test_a_change_is_shown_field_by_field_then_written_with_its_history() -> None:
    applied(finess(*HOUSE))

    found = applied(finess(structure(telephone="0238000009", voie="DU PONT"), location()))

    (change,) = found.changed
    assert [(item.label, item.old, item.new) for item in change.differences] == [
        ("adresse", "12 rue de la Loire, 45430 Checy", "12 rue du Pont, 45430 Checy"),
        ("téléphone", "+33238000001", "+33238000009"),
    ]
    place = Place.objects.get()
    assert place.phone == "+33238000009"
    assert place.events.count() == 2  # type: ignore[attr-defined] # pghistory's own


def test_an_empty_value_erases_nothing() -> None:
    applied(finess(*HOUSE))

    found = compare(kept(finess(structure(telephone=""), location())))

    assert found.is_empty


def test_what_staff_wrote_stands_unless_they_choose_the_extract() -> None:
    applied(finess(*HOUSE))
    Place.objects.update(name="Maison du Pont", edited_by_staff=True)

    found = applied(finess(*HOUSE))
    assert [change.place.name for change in found.conflicts] == ["Maison du Pont"]
    assert Place.objects.get().name == "Maison du Pont"

    applied(finess(*HOUSE), take={Place.objects.get().pk})
    assert Place.objects.get().name == "Maison de Sante d’Essai"
    assert Extract.objects.latest("pk").changed_count == 1


def test_a_place_that_is_gone_stays_to_be_verified_until_it_is_back() -> None:
    other = (structure("450000002", rslongue="POLE DE SANTE"), location("450000002"))
    applied(finess(*HOUSE, *other))

    found = applied(finess(*HOUSE))

    gone = Place.objects.get(finess="450000002")
    assert found.gone == [gone]
    assert (gone.doubt, gone.gone_on) == (
        "Absent de l’extrait FINESS du 3\u00a0mars\u00a02027",
        None,
    )
    assert gone in Place.objects.to_verify(AT.date())
    assert compare(kept(finess(*HOUSE))).is_empty  # it is not said twice

    assert applied(finess(*HOUSE, *other)).back == [gone]
    gone.refresh_from_db()
    assert gone.doubt == ""


def test_an_extract_of_one_source_says_nothing_of_the_other() -> None:
    applied(finess(*HOUSE))

    found = compare(kept(overpass(element(name="Ailleurs"))))

    assert (found.gone, len(found.created)) == ([], 1)


def test_openstreetmap_fills_in_what_finess_does_not_know() -> None:
    applied(finess(*HOUSE))

    found = applied(
        overpass(
            element(
                name="MSP",
                ref__FR__FINESS="450000001",
                opening_hours="Mo-Fr 08:00-20:00",
                wheelchair="no",
            )
        )
    )

    (change,) = found.changed
    assert [item.label for item in change.differences] == [
        "identifiant OpenStreetMap",
        "horaires",
        "accès en fauteuil",
    ]
    place = Place.objects.get()
    assert (place.name, place.osm_id) == ("Maison de Sante d’Essai", "node/1")
    assert OpenSpan.objects.filter(hours="Mo-Fr 08:00-20:00").exists()


def test_a_place_without_number_is_known_by_its_name() -> None:
    place = checy_place(name="Maison de sante d'essai")

    applied(finess(*HOUSE))

    place.refresh_from_db()
    assert (Place.objects.count(), place.finess) == (1, "450000001")


def test_two_places_of_one_name_stay_two() -> None:
    applied(finess(*HOUSE, structure("450000002"), location("450000002")))

    assert sorted(Place.objects.values_list("name", flat=True)) == [
        "Maison de Sante d’Essai",
        "Maison de Sante d’Essai (450000002)",
    ]
    assert compare(kept(finess(*HOUSE, structure("450000002"), location("450000002")))).is_empty


def test_a_sentinel_pharmacy_is_updated_and_no_pharmacy_is_made() -> None:
    known = checy_place(kind=PlaceKind.SENTINEL_PHARMACY, finess="450000003", name="Pharmacie")

    found = applied(
        finess(
            *HOUSE,
            structure("450000003", categetab="620", rslongue="PHARMACIE DU PONT"),
            location("450000003"),
            structure("450000004", categetab="620"),
            location("450000004"),
        )
    )

    known.refresh_from_db()
    assert (known.kind, known.name) == (PlaceKind.SENTINEL_PHARMACY, "Pharmacie du Pont")
    assert (Place.objects.count(), found.left_out) == (2, 1)


def test_fictitious_places_are_left_alone() -> None:
    checy_place(name="Maison de Sante d’Essai", is_fictitious=True)

    found = compare(kept(finess(*HOUSE)))

    assert (len(found.created), found.gone) == (1, [])


def test_what_changed_since_the_preview_is_refused() -> None:
    extract = kept(finess(*HOUSE))
    digest = compare(extract).digest
    checy_place(finess="450000001")

    with pytest.raises(RefusedError, match="ont changé depuis l’aperçu"):
        apply_extract(extract=extract, digest=digest, at=AT)
    assert Place.objects.get().source == "Source d’essai"


def test_an_extract_is_applied_once() -> None:
    extract = kept(finess(*HOUSE))
    digest = compare(extract).digest
    apply_extract(extract=extract, digest=digest, at=AT)

    with pytest.raises(RefusedError, match="déjà appliqué"):
        apply_extract(extract=extract, digest=digest, at=AT)


def test_the_command_shows_then_applies(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "finess.csv"
    path.write_bytes(finess(*HOUSE))

    call_command("import_places", str(path), "--dated", "2027-03-03")
    assert not Place.objects.exists()
    call_command("import_places", str(path), "--dated", "2027-03-03", "--apply")

    assert Place.objects.count() == 1
    assert "ajoutés 1, changés 0" in capsys.readouterr().out


def test_the_command_changes_nothing_with_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "finess.csv"
    path.write_bytes(finess(*HOUSE, structure("45")))

    with pytest.raises(CommandError, match=r"ligne 4.: le numéro FINESS"):
        call_command("import_places", str(path), "--dated", "2027-03-03", "--apply")
    assert not Place.objects.exists()
    assert not Extract.objects.exists()
