"""Loading the reference files: complete, idempotent, and nothing at all from a damaged file."""

from __future__ import annotations

import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.territory.loading import DamagedFileError
from apps.territory.management.commands.load_territory import load_territory
from apps.territory.models import Commune, Epci, Zone
from tests.support.territory import REFERENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_load_territory_first_time_creates_every_row() -> None:
    out = StringIO()
    call_command("load_territory", stdout=out)
    assert out.getvalue().splitlines() == [
        "intercommunalités : ajouts 16, changements 0, sans changement 0, absents du fichier 0",
        "communes : ajouts 325, changements 0, sans changement 0, absents du fichier 0",
        "zones : ajouts 1950, changements 0, sans changement 0, absents du fichier 0",
        "engagements touchés : 0",
    ]
    checy = Commune.objects.select_related("epci").get(pk="45089")
    assert checy.label == "Chécy (45430)"
    assert checy.epci.name == "Orléans Métropole"
    assert checy.hall_hours.startswith("Mo")


def test_load_territory_second_time_changes_nothing(loiret: None) -> None:
    assert [str(changes) for changes in load_territory(REFERENCE)] == [
        "intercommunalités : ajouts 0, changements 0, sans changement 16, absents du fichier 0",
        "communes : ajouts 0, changements 0, sans changement 325, absents du fichier 0",
        "zones : ajouts 0, changements 0, sans changement 1950, absents du fichier 0",
    ]


def test_load_territory_changed_value_updates_that_row_only(loiret: None, files: Path) -> None:
    edit(files / "epci.csv", "CC des Loges", "Communauté des Loges")
    epcis, communes, zones = load_territory(files)
    assert (epcis.changed, epcis.unchanged) == (1, 15)
    assert (communes.changed, zones.changed) == (0, 0)
    assert Epci.objects.get(pk="244500427").name == "Communauté des Loges"


def test_load_territory_row_no_longer_in_file_is_reported_and_kept(
    loiret: None, files: Path
) -> None:
    zoning = files / "zoning.csv"
    lines = zoning.read_text(encoding="utf-8").splitlines(keepends=True)
    zoning.write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")
    _, _, zones = load_territory(files)
    assert zones.gone == ["Adon, médecins : zone d’intervention prioritaire"]
    assert Zone.objects.count() == 1950


def test_load_territory_zone_edited_by_staff_is_kept_and_named(loiret: None) -> None:
    zone = Zone.objects.get(commune="45089", zoning="medecin")
    zone.zone_class = "intermediaire"
    zone.edited_by_staff = True
    zone.save()
    _, _, zones = load_territory(REFERENCE)
    assert zones.kept == ["Chécy, médecins : zone intermédiaire"]
    assert "gardé tel que le guichet l’a modifié : Chécy" in str(zones)
    zone.refresh_from_db()
    assert zone.zone_class == "intermediaire"


def test_load_territory_period_written_by_staff_is_never_overlapped(loiret: None) -> None:
    Zone.objects.filter(commune="45089", zoning="medecin").delete()
    Zone.objects.create(
        commune_id="45089",
        zoning="medecin",
        zone_class="sous_dotee",
        valid_during=DateRange(date(2024, 1, 1), None),
        source="arrêté",
        source_date=date(2024, 1, 1),
        edited_by_staff=True,
    )
    _, _, zones = load_territory(REFERENCE)
    assert (zones.created, zones.gone, len(zones.kept)) == (0, [], 1)


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("communes.csv", "45089,Chécy", "45089,", "communes.csv, ligne 85 : « nom » est vide"),
        ("communes.csv", "45089,Chécy", "4508,Chécy", "« code_insee » ne se lit pas : '4508'"),
        ("communes.csv", "45001,Adon", "45002,Adon", "communes.csv, ligne 3 : 45002 est déjà"),
        ("communes.csv", ",45230,", ",4523,", "ligne 2 : « codes_postaux » ne se lit pas"),
        ("communes.csv", ",47.76411,", ",nord,", "ligne 2 : « lat » ne se lit pas : 'nord'"),
        ("communes.csv", "code_insee", "code", "communes.csv, ligne 1 : il manque code_insee"),
        ("communes.csv", ",200068278,", ",999999999,", "999999999 n’est pas dans epci.csv"),
        ("mairies.csv", "45001,", "45999,", "ligne 2 : 45001 n’est pas dans mairies.csv"),
        ("mairies.csv", '"[[""mardi""', '"[[""lundredi""', "ligne 2 : « horaires_json »"),
        ("density.csv", "45001,Adon,6", "45001,Adon,9", "ligne 2 : « densite7 » ne se lit pas"),
        ("zoning.csv", "45002,medecin", "45001,medecin", "ligne 3 : Adon, medecin : déjà"),
        ("zoning.csv", "zone_intervention_prioritaire", "zone", "ligne 2 : « zone » ne se lit"),
        ("zoning.csv", "45001,medecin,10", "45001,medecin", "ligne 2 : 6 colonnes attendues"),
        ("zoning_sources.csv", "2025-05-09", "mai 2025", "zoning_sources.csv, ligne 2"),
        ("epci.csv", ",CC,", ",ZZ,", "epci.csv, ligne 2 : « type » ne se lit pas : 'ZZ'"),
    ],
)
def test_load_territory_damaged_file_is_refused_with_its_line(
    files: Path, file: str, old: str, new: str, reason: str
) -> None:
    edit(files / file, old, new)
    with pytest.raises(DamagedFileError) as refusal:
        load_territory(files)
    assert reason in str(refusal.value)
    assert Commune.objects.count() == 0


def test_load_territory_file_cut_short_is_refused(files: Path) -> None:
    communes = files / "communes.csv"
    text = communes.read_text(encoding="utf-8").splitlines(keepends=True)
    communes.write_text("".join(text[:-1]), encoding="utf-8")
    with pytest.raises(DamagedFileError, match="communes attendues pour"):
        load_territory(files)


def test_load_territory_latin1_file_is_refused_with_its_line(files: Path) -> None:
    communes = files / "communes.csv"
    communes.write_bytes(communes.read_text(encoding="utf-8").encode("latin-1"))
    with pytest.raises(DamagedFileError, match=r"communes\.csv, ligne \d+ : ce n’est pas de l’UTF"):
        load_territory(files)


def test_load_territory_without_file_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"epci\.csv : fichier absent .* Rien n’a été chargé"):
        call_command("load_territory", folder=tmp_path)
