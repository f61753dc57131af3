from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest
from django.core.management import CommandError, call_command

from apps.lookups.care_places.management.commands.load_care_places import load_care_places
from apps.lookups.care_places.models import Place, PlaceKind
from apps.lookups.care_places.reference_files import typeset_name, typeset_street
from apps.territory.public_data import Precision
from tests.support.territory import REFERENCE

pytestmark = pytest.mark.usefixtures("communes")


def test_load_gives_the_hospitals_and_the_health_houses() -> None:
    changes = load_care_places(REFERENCE)

    # 34 hospitals and clinics, and 9 of the 10 rows of the sample: one is a company (SISA).
    assert (changes.created, Place.objects.count()) == (43, 43)
    assert Place.objects.filter(services__contains=["urgences"]).count() == 5
    source = Place.objects.get(name="CHR Orléans - Hôpital de la Source")
    assert (source.kind, source.precision) == (PlaceKind.HOSPITAL, Precision.ADDRESS)
    assert source.address.startswith("14 avenue de l’Hopital, 45")


def test_load_twice_changes_nothing() -> None:
    load_care_places(REFERENCE)

    again = load_care_places(REFERENCE)

    assert (again.created, again.changed, again.unchanged) == (0, 0, 43)


def test_load_leaves_what_staff_edited() -> None:
    load_care_places(REFERENCE)
    Place.objects.filter(name="CH Pithiviers").update(
        name="Centre hospitalier", edited_by_staff=True
    )

    again = load_care_places(REFERENCE)

    assert again.kept == ["Centre hospitalier (Pithiviers)"]
    assert Place.objects.filter(name="Centre hospitalier").exists()


def test_damaged_file_is_refused_with_its_line(tmp_path: Path) -> None:
    for name in ("places_hospitals.csv", "places_msp_sample.csv"):
        copy(REFERENCE / name, tmp_path)
    path = tmp_path / "places_hospitals.csv"
    path.write_text(path.read_text().replace(",45155,", ",99999,", 1))

    with pytest.raises(CommandError, match=r"places_hospitals\.csv, ligne 2"):
        call_command("load_care_places", folder=tmp_path)
    assert not Place.objects.exists()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("CH PITHIVIERS", "CH Pithiviers"),
        ("CH LOUR PICOU - BEAUGENCY", "CH Lour Picou - Beaugency"),
        ("CHR ORLÉANS - HÔPITAL DE LA SOURCE", "CHR Orléans - Hôpital de la Source"),
        ("CH SULLY-SUR-LOIRE", "CH Sully-sur-Loire"),
        ("CENTRE D'HEMODIALYSE JEANNE D'ARC", "Centre d’Hemodialyse Jeanne d’Arc"),
        ("CMPR L'A.D.A.P.T. LOIRET", "CMPR L’A.D.A.P.T. Loiret"),
    ],
)
def test_names_lose_their_capitals(written: str, read: str) -> None:
    assert typeset_name(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2 AV JEAN VILLEJEAN", "2 avenue Jean Villejean"),
        ("658D R DES BOURGOINS", "658d rue des Bourgoins"),
        ("R DES TULIPES", "rue des Tulipes"),
        ("", ""),
    ],
)
def test_streets_are_spelled_out(written: str, read: str) -> None:
    assert typeset_street(written) == read
