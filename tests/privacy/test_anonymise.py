"""A staging copy keeps nothing that a real person wrote: read from the schema, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, models

from apps.accounts.models import User
from apps.awards.iban import mask_iban
from apps.casefiles.log_verification import find_faults
from apps.files.models import StoredFile
from apps.privacy import fakes
from apps.privacy.anonymise import anonymise, personal_columns, personal_models
from tests.privacy.test_erasure import every_text

pytestmark = pytest.mark.django_db
# Shorter ones come back by chance in a digest or in a sentence of the portal.
_SHORTEST = 6
PUBLIC = ("django_migrations", "territory_commune")
# Somebody may bear by chance the name, or live in the town, that another one is given.
FAKES = {
    *(*fakes.FIRST_NAMES, *fakes.LAST_NAMES, fakes.WORDS, "Orléans"),
    mask_iban(country="FR", last4="2606"),
}


def originals() -> Iterator[str]:
    """Every value of every personal column of words, as people wrote it."""
    for model in personal_models():
        items = {item.column: item for item in model._meta.concrete_fields}
        for column in personal_columns(model):
            if isinstance(items[column], models.JSONField):
                continue
            rows = model._base_manager.exclude(**{items[column].name: ""})
            for value in rows.values_list(items[column].name, flat=True).distinct():
                if len(str(value or "").strip("0")) >= _SHORTEST:
                    yield str(value)


@pytest.mark.usefixtures("small_town")
def test_no_original_value_is_left_in_a_table_or_a_file() -> None:
    words = set(originals())
    assert len(words) > 50
    digests = set(StoredFile.objects.values_list("sha256", flat=True))

    anonymise()

    texts = [row for table, row in every_text() if table not in PUBLIC]
    left = {word for word in words for row in texts if word in row}
    assert left - FAKES == set()
    for stored in StoredFile.objects.all():
        with stored.file.open("rb") as content:
            assert sha256(content.read()).hexdigest() not in digests
        assert stored.original_name == fakes.WORDS
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
