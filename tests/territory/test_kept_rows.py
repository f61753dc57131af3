"""What a loader writes is the same whether it is loaded or copied."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection, transaction

from apps.territory.management.commands.load_territory import load_communes
from apps.territory.models import Commune, Epci
from tests.factories.territory import CommuneFactory
from tests.support.kept_rows import KeptRows
from tests.support.territory import REFERENCE

pytestmark = pytest.mark.django_db

_WITH_ROWS = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


def _all_rows() -> dict[str, list[object]]:
    """Those of every table that anything was ever written to."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_WITH_ROWS)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 - its own name
            found[table] = cursor.fetchall()
    return found


def _undone(kept: KeptRows) -> dict[str, list[object]]:
    """What is there once the rows are put; then it is as before."""
    with transaction.atomic():
        kept.put()
        rows = _all_rows()
        transaction.set_rollback(True)
    return rows


def test_rows_are_loaded_once_then_copied_with_all_that_their_triggers_wrote() -> None:
    times = []

    def load() -> None:
        times.append(1)
        load_communes(REFERENCE)

    kept = KeptRows(load)
    loaded = _undone(kept)
    assert len(loaded[Commune._meta.db_table]) == 325
    assert _undone(kept) == loaded
    assert len(times) == 1


def test_rows_that_are_there_already_are_left_to_the_loader() -> None:
    kept = KeptRows(partial(load_communes, REFERENCE))
    _undone(kept)
    Epci.objects.create(siren="244500427", name="Ancien nom", kind=Epci.Kind.COMMUNITY)
    kept.put()
    assert Epci.objects.get(siren="244500427").name == "CC des Loges"


def test_rows_of_others_are_never_kept() -> None:
    CommuneFactory(insee_code="45999")
    kept = KeptRows(partial(load_communes, REFERENCE))
    _undone(kept)
    Commune.objects.all().delete()
    kept.put()
    assert not Commune.objects.filter(insee_code="45999").exists()
    assert Commune.objects.count() == 325
