from __future__ import annotations

from datetime import date

import pghistory
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.core.history import Change, versions
from apps.territory.models import ZoneClass
from tests.factories.bursaries import opened_renewal, sent
from tests.factories.territory import CommuneFactory, ZoneFactory

pytestmark = pytest.mark.django_db


def test_versions_tell_who_changed_what_newest_first(
    editor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    zone = ZoneFactory(zone_class=ZoneClass.UNDERSERVED)
    with pghistory.context(user=editor.pk):
        zone.zone_class = ZoneClass.INTERMEDIATE
        zone.edited_by_staff = True
        zone.valid_during = DateRange(date(2024, 1, 1), date(2025, 3, 1))
        zone.save()

    with django_assert_num_queries(2):
        changed, created = versions(zone)

    assert (created.action, created.actor) == ("Création", "")
    assert Change(label="classe", before="", after="zone sous-dotée") in created.changes
    assert (changed.action, changed.actor) == ("Modification", "Estelle Éditrice")
    assert changed.changes == (
        Change(label="classe", before="zone sous-dotée", after="zone intermédiaire"),
        Change(
            label="en vigueur",
            before="depuis le 1er\u00a0janvier\u00a02023",
            after="du 1er\u00a0janvier\u00a02024 au 28\u00a0février\u00a02025",
        ),
        Change(label="modifiée par le guichet", before="Non", after="Oui"),
    )


def test_versions_untracked_row_has_none() -> None:
    assert versions(CommuneFactory()) == []


def test_versions_of_a_list_of_answers_are_written_out(foreign_head: User) -> None:
    renewal = sent(opened_renewal(head=foreign_head))

    (change,) = (
        change for change in versions(renewal)[0].changes if change.label.startswith("réponses, ")
    )
    assert '"label": "Quelle année d’études\xa0?", "before": "1"' in change.after
