"""A staging copy keeps nothing that a real person wrote: read from the schema, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, models

from apps.accounts.models import User
from apps.casefiles.log_verification import find_faults
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.privacy.anonymise import anonymise, personal_columns, personal_models
from tests.privacy.test_erasure import every_text

pytestmark = pytest.mark.django_db
# Words of the portal itself, which come back in sentences of its own.
_SHORTEST = 6


def originals() -> Iterator[str]:
    """Every value of every personal column of words, as people wrote it."""
    for model in personal_models():
        items = {item.column: item for item in model._meta.concrete_fields}
        for column in personal_columns(model):
            if isinstance(items[column], models.JSONField):
                continue
            rows = model._base_manager.exclude(**{items[column].name: ""})
            for value in rows.values_list(items[column].name, flat=True).distinct():
                if value and len(str(value)) >= _SHORTEST:
                    yield str(value)


@pytest.mark.usefixtures("small_town")
def test_no_original_value_is_left_in_a_table_or_a_file() -> None:
    words = set(originals())
    assert len(words) > 50
    contents = {
        stored.pk: stored.file.read() for stored in StoredFile.objects.filter(page_count__gt=0)
    }

    anonymise()

    kept = {"installation", "Texte anonymisé"}
    texts = [(table, row) for table, row in every_text()]
    left = {
        (table, word)
        for word in words - kept
        for table, row in texts
        if word in row and table not in ("django_migrations", "territory_commune")
    }
    assert left == set()
    for stored in StoredFile.objects.filter(pk__in=contents):
        assert private_storage().exists(stored.file.name)
        assert stored.original_name == "Texte anonymisé"
    assert [*find_faults()] == []


@pytest.mark.usefixtures("small_town")
def test_the_copy_holds_together_and_reads_as_french() -> None:
    before = User.objects.count()

    anonymise()

    people = User.objects.exclude(first_name="")
    assert User.objects.count() == before
    assert all(person.email.endswith("@exemple.example") for person in User.objects.all())
    assert all(str(person.phone)[:8] in ("", "+3363998") for person in people)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM casefiles_casefile AS file JOIN accounts_user AS person"
            " ON person.id = file.applicant_id WHERE file.email <> person.email"
            " AND file.email <> ''"
        )
        assert cursor.fetchone() == (0,)


def test_the_command_refuses_the_settings_of_production(monkeypatch: Any) -> None:
    monkeypatch.setattr(
        django_settings._wrapped, "SETTINGS_MODULE", "orleans_sante.settings.production"
    )
    with pytest.raises(CommandError, match="settings of production"):
        call_command("anonymise")
