from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.core import clock
from apps.files.orphans import orphan_names
from tests.factories.files import StoredFileFactory

ORPHAN = "ab/cd/abcd0123"


@pytest.fixture
def orphan(media: Path) -> Path:
    """A file of two days ago that no row names."""
    path = media / ORPHAN
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    age(path, hours=48)
    return path


def age(path: Path, *, hours: int) -> None:
    moment = (clock.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.django_db
def test_only_old_files_without_row_are_orphans(media: Path, orphan: Path) -> None:
    stored = StoredFileFactory()
    age(media / stored.file.name, hours=48)
    fresh = media / "ab/cd/fresh"
    fresh.write_bytes(b"x")
    assert list(orphan_names(at=clock.now())) == [ORPHAN]


@pytest.mark.django_db
def test_command_removes_orphans_and_says_how_many(orphan: Path) -> None:
    output = StringIO()
    call_command("remove_orphan_files", stdout=output)
    assert not orphan.exists()
    assert output.getvalue() == f"{ORPHAN}\n1 fichier(s) supprimé(s).\n"


@pytest.mark.django_db
def test_command_dry_run_removes_nothing(orphan: Path) -> None:
    output = StringIO()
    call_command("remove_orphan_files", dry_run=True, stdout=output)
    assert orphan.exists()
    assert output.getvalue() == f"{ORPHAN}\n1 fichier(s) à supprimer.\n"


@pytest.mark.django_db
def test_command_on_an_empty_disk_finds_nothing(media: Path) -> None:
    output = StringIO()
    call_command("remove_orphan_files", stdout=output)
    assert output.getvalue() == "0 fichier(s) supprimé(s).\n"
