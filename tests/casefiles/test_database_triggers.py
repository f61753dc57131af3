"""What triggers and keys refuse: moves off the table, rewritten stories, stolen identities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.lifecycle import edges
from apps.casefiles.models import CaseFile, CaseFileEvent, Document, Letter
from tests.casefiles.conftest import World
from tests.factories.casefiles import START

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("source", CaseFileState.values)
def test_state_moves_only_along_the_table(world: World, source: str) -> None:
    allowed = {target for origin, target in edges() if origin == source}
    for target in {*CaseFileState.values, "limbo"} - allowed - {source}:
        with (
            pytest.raises(DatabaseError, match="Invalid transition"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE casefiles_casefile SET state = %s WHERE id = %s",
                [target, world.files[source].pk],
            )


def test_file_is_born_as_a_draft(world: World) -> None:
    case_file = world.files["submitted"]
    case_file = CaseFile.objects.get(pk=case_file.pk)
    case_file.pk, case_file.reference = None, "INS-2026-99999-X"

    with pytest.raises(DatabaseError, match="Cannot insert"):
        CaseFile.objects.bulk_create([case_file])


@pytest.mark.parametrize(
    "values",
    [
        {"reference": "INS-2026-99999-X"},
        {"programme": "bourse-etudes"},
        {"created_at": datetime.fromisoformat("2020-01-01T00:00:00+00:00")},
    ],
    ids=lambda values: next(iter(values)),
)
def test_identity_of_a_file_is_fixed(world: World, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"):
        CaseFile.objects.filter(pk=world.files["draft"].pk).update(**values)


def test_events_are_append_only(world: World) -> None:
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        CaseFileEvent.objects.update(comment="Rien ne s’est passé.")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        CaseFileEvent.objects.all()._raw_delete(using="default")


def test_file_with_a_story_cannot_be_deleted(world: World) -> None:
    # Foreign keys are checked at the end of a transaction, unless asked sooner.
    delete = "DELETE FROM casefiles_casefile WHERE id = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="violates foreign key constraint"),
    ):
        cursor.execute(delete.replace("%s", str(world.files["granted"].pk)))


@pytest.mark.parametrize("model", [Document, Letter])
def test_stored_file_has_one_use(world: World, model: type[Document | Letter]) -> None:
    again = model.objects.order_by("pk")[0]
    again.pk = None

    with pytest.raises(IntegrityError, match="file_id"):
        model.objects.bulk_create([again])


def test_reference_is_given_once(world: World) -> None:
    case_file = world.files["draft"]

    with pytest.raises(IntegrityError, match="casefiles_casefile_reference"):
        CaseFile.objects.create(
            reference=case_file.reference,
            programme=case_file.programme,
            channel=Channel.DESK,
            filed_by=world.staff["caseworker"],
            created_at=START,
            state_changed_at=START,
        )
