from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.awards.incompatibility_rows import load_incompatibilities
from apps.awards.models import Incompatibility
from apps.casefiles.programmes import programmes

pytestmark = pytest.mark.django_db

ROWS = """
- {programme: installation, with_aid: aide-ars, only_while_overlapping: false,
   valid_from: 2023-01-01, source: "Texte fictif"}
- {programme: installation, with_programme: stage-rural, only_while_overlapping: true,
   valid_from: 2023-01-01, source: "Texte fictif"}
- {programme: installation, with_programme: inconnu, only_while_overlapping: true,
   valid_from: 2023-01-01, source: "Texte fictif"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "rows.yaml"
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_rows_of_installed_programmes_are_loaded_once(path: Path) -> None:
    assert load_incompatibilities(path) == 2
    assert load_incompatibilities(path) == 0

    found = Incompatibility.objects.values_list("with_programme", "with_aid")
    assert set(found) == {("", "aide-ars"), ("stage-rural", "")}


def test_row_that_staff_closed_stays_closed(path: Path) -> None:
    load_incompatibilities(path)
    closed = (date(2023, 1, 1), date(2025, 1, 1))
    Incompatibility.objects.update(valid_during=closed, source="Délibération")

    assert load_incompatibilities(path) == 0
    assert set(Incompatibility.objects.values_list("source", flat=True)) == {"Délibération"}


def test_row_that_staff_wrote_the_other_way_round_is_the_same(path: Path) -> None:
    Incompatibility.objects.create(
        programme="stage-rural",
        with_programme="installation",
        valid_during=(date(2026, 1, 1), None),
        source="Délibération",
    )
    assert load_incompatibilities(path) == 1


def test_reference_rows_are_what_the_source_says() -> None:
    """S1, l. 318-320: no aid of the school or of an employer, no bursary of the Département."""
    output = StringIO()
    call_command("load_incompatibilities", stdout=output)

    expected = {("", "aide-ecole", False), ("", "aide-employeur", False)}
    if "bourse-etudes" in programmes:
        expected.add(("bourse-etudes", "", True))
    rows = Incompatibility.objects.filter(programme="stage-rural")
    found = rows.values_list("with_programme", "with_aid", "only_while_overlapping")
    assert set(found) == expected
    assert output.getvalue() == f"{len(expected)} règles de cumul ajoutées\n"
