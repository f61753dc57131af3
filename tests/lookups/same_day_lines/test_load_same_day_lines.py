from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.lookups.same_day_lines.management.commands.load_same_day_lines import load_same_day_lines
from apps.lookups.same_day_lines.models import Coverage, Line
from apps.territory.loading import DamagedFileError
from tests.support.territory import REFERENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_load_same_day_lines_first_time_creates_every_row(communes: None) -> None:
    out = StringIO()
    call_command("load_same_day_lines", stdout=out)
    assert out.getvalue().splitlines() == [
        "lignes : ajouts 8, changements 0, sans changement 0, absents du fichier 0",
        "secteurs : ajouts 325, changements 0, sans changement 0, absents du fichier 0",
    ]
    meung = Coverage.objects.select_related("line").get(commune="45203")
    assert meung.line is not None
    assert (meung.line.phone, meung.line.phone_dialled) == ("07 88 97 52 33", "+33788975233")
    assert (meung.line.source_date, meung.line.verified_on) == ("fin 2023", None)
    artenay = Coverage.objects.get(commune="45008")
    assert (artenay.line, artenay.confidence) == (None, "inconnu")
    slugs = sorted(artenay.candidates.values_list("slug", flat=True))
    assert slugs == ["beauce-gatinais", "orleans", "ouest-loiret"]


def test_load_same_day_lines_116_117_is_for_everybody_and_not_verified(lines: None) -> None:
    line = Line.objects.get(is_department_wide=True)
    assert (line.phone, line.phone_dialled, line.opening_hours) == ("116 117", "116117", "")
    assert (line.verified_on, line.source_date) == (None, "à une date inconnue")


def test_load_same_day_lines_second_time_changes_nothing(lines: None) -> None:
    assert [str(changes) for changes in load_same_day_lines(REFERENCE)] == [
        "lignes : ajouts 0, changements 0, sans changement 8, absents du fichier 0",
        "secteurs : ajouts 0, changements 0, sans changement 325, absents du fichier 0",
    ]


def test_load_same_day_lines_changed_file_updates_line_and_sector(lines: None, files: Path) -> None:
    edit(files / "cpts.csv", "CPTS Sologne", "CPTS de Sologne")
    edit(files / "cpts_communes.csv", "giennois-berry,déduit,,", "sologne,déduit,orleans,")
    changed = load_same_day_lines(files)
    assert [changes.changed for changes in changed] == [1, 1]
    assert Line.objects.get(slug="sologne").name == "CPTS de Sologne"
    adon = Coverage.objects.get(commune="45001")
    assert [line.slug for line in adon.candidates.all()] == ["orleans"]


def test_load_same_day_lines_keeps_what_staff_edited_and_says_so(lines: None) -> None:
    Line.objects.filter(slug="sologne").update(phone="02 00 00 00 00", edited_by_staff=True)
    sologne = Line.objects.get(slug="sologne")
    Coverage.objects.filter(commune="45001").update(line=sologne, edited_by_staff=True)
    loaded_lines, loaded_coverages = load_same_day_lines(REFERENCE)
    assert loaded_lines.kept == ["CPTS Sologne (02 00 00 00 00)"]
    assert loaded_coverages.kept == ["Adon : CPTS Sologne"]
    assert "gardé tel que le guichet l’a modifié : Adon" in str(loaded_coverages)
    assert Line.objects.get(slug="sologne").phone == "02 00 00 00 00"


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("cpts.csv", "+33801904500", "+33123", "cpts.csv, ligne 2 : "),
        ("cpts.csv", "Mo-Fr 08:00-20:00", "8h-20h", "ligne 2 : Ces horaires ne se lisent pas"),
        ("cpts.csv", "sologne,CPTS", "orleans,CPTS", "ligne 7 : orleans est déjà à la ligne 4"),
        ("cpts.csv", "CPTS Sologne", "", "cpts.csv, ligne 7 : "),
        ("cpts_communes.csv", ",giennois-berry,", ",paris,", "ligne 2 : paris n’est pas dans"),
        ("cpts_communes.csv", ",giennois-berry,", ",,", "ligne 2 : une ligne est inconnue, ou"),
        ("cpts_communes.csv", ",déduit,", ",sûr,", "ligne 2 : « confidence » ne se lit pas"),
        ("cpts_communes.csv", "45001,", "45999,", "ligne 2 : commune inconnue"),
    ],
)
def test_load_same_day_lines_damaged_file_is_refused_with_its_line(
    communes: None, files: Path, file: str, old: str, new: str, *, reason: str
) -> None:
    edit(files / file, old, new)
    with pytest.raises(DamagedFileError) as refusal:
        load_same_day_lines(files)
    assert reason in str(refusal.value)
    assert not Line.objects.exists()


def test_load_same_day_lines_before_the_communes_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="lancez d’abord load_territory"):
        call_command("load_same_day_lines")
