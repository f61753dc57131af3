"""First migrations are applied in one step, and say so when they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from apps.core.initial_migration import InitialMigration

# It makes no table: only extensions and a function.
WITHOUT_TABLES = {"core"}


def ours() -> Iterator[str]:
    return (
        config.label
        for config in apps.get_app_configs()
        if config.name.startswith("apps.") and any(config.get_models())
    )


@pytest.mark.parametrize("label", sorted(set(ours()) - WITHOUT_TABLES))
def test_every_first_migration_is_applied_in_one_step(label: str) -> None:
    migration = MigrationLoader(None).disk_migrations[label, "0001_initial"]
    assert isinstance(migration, InitialMigration)


def id_field() -> models.AutoField:
    return models.AutoField(primary_key=True)


class TwoTables(InitialMigration):
    operations: ClassVar = [
        migrations.CreateModel("Visit", [("id", id_field())]),
        migrations.CreateModel("Place", [("id", id_field()), ("name", models.TextField())]),
        migrations.AddField(
            "visit", "place", models.ForeignKey("core.Place", models.CASCADE, related_name="+")
        ),
        migrations.AddConstraint(
            "place", models.CheckConstraint(condition=~models.Q(name=""), name="place_has_a_name")
        ),
        migrations.AddIndex("place", models.Index(fields=["name"], name="place_by_name")),
    ]


@pytest.mark.django_db
def test_tables_are_made_with_their_fields_constraints_and_indexes() -> None:
    migration = TwoTables("0001_initial", "core")
    with connection.schema_editor(atomic=True) as editor:
        state = migration.apply(ProjectState(), editor)
    assert list(state.models["core", "visit"].fields) == ["id", "place"]
    with connection.cursor() as cursor:
        place = connection.introspection.get_constraints(cursor, "core_place")
        visit = connection.introspection.get_constraints(cursor, "core_visit")
    assert place["place_has_a_name"]["check"]
    assert place["place_by_name"]["index"]
    assert ("core_place", "id") in {each["foreign_key"] for each in visit.values()}


class OnAnotherTable(InitialMigration):
    operations: ClassVar = [migrations.AddField("commune", "colour", models.TextField(default=""))]


@pytest.mark.django_db
def test_a_table_made_elsewhere_is_refused() -> None:
    elsewhere = migrations.CreateModel("Commune", [("id", id_field())])
    state = ProjectState()
    elsewhere.state_forwards("core", state)
    with (
        pytest.raises(ValueError, match="Add field colour to commune is not on a table of its own"),
        connection.schema_editor(atomic=True) as editor,
    ):
        OnAnotherTable("0002_colour", "core").apply(state, editor)
