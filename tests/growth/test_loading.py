"""The grown database is one that the portal itself could have made."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile, CaseFileEvent
from apps.core.identifiers import normalise_reference
from tests.bench.growth.checks import broken
from tests.bench.growth.people import AMOUNTS
from tests.growth.conftest import FILES
from tests.support.client import PortalClient

pytestmark = pytest.mark.usefixtures("grown")


def test_every_state_and_every_aid_is_there() -> None:
    assert CaseFile.objects.count() == FILES
    files = CaseFile.objects.order_by()
    assert set(files.values_list("state", flat=True)) == set(CaseFileState.values)
    assert set(files.values_list("programme", flat=True)) == set(AMOUNTS)


def test_nothing_that_triggers_refuse_is_in_it() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            """UPDATE casefiles_casefileevent SET to_state = 'scheduled'
            WHERE transition = 'start_review' AND case_file_id < 50""",
            "every move is one of the table of moves",
        ),
        (
            "UPDATE awards_instalment SET amount = amount * 3 WHERE status = 'paid' AND id < 99",
            "instalments never add up to more than the award",
        ),
        (
            """UPDATE awards_instalment i SET validated_by_id = d.proposed_by_id
            FROM casefiles_decision d WHERE d.case_file_id = i.case_file_id
                AND status = 'paid' AND i.id < 99""",
            "who prepared a payment never validates it",
        ),
        (
            "UPDATE casefiles_casefileevent SET comment = 'Autre' WHERE transition = 'dismiss'",
            "the story of each file is chained",
        ),
    ],
)
def test_what_triggers_refuse_is_found(change: str, sentence: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(change)

    assert any(found.startswith(sentence) for found in broken())


def test_references_are_those_of_the_portal() -> None:
    references = CaseFile.objects.values_list("reference", flat=True)
    assert [text for text in references if normalise_reference(text) != text] == []


def test_defaults_and_indexes_are_as_the_models_say_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = "
            "'casefiles_casefile' AND column_default IS NOT NULL"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(*) FROM pg_indexes WHERE indexname = 'casefile_search_key_trgm'"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("state", CaseFileState.values)
def test_pages_of_each_story_are_drawn(client: PortalClient, state: str) -> None:
    stories = CaseFile.objects.filter(state=state, applicant__isnull=False)
    head = User.objects.get(email="head1@croissance.exemple.fr")
    for case_file in stories.order_by("programme", "pk").distinct("programme"):
        if state != CaseFileState.DRAFT:
            client.force_login(head)
            page = client.get(f"/admin/casefiles/casefile/{case_file.pk}/change/")
            assert page.status_code == 200
        assert case_file.applicant is not None
        client.force_login(case_file.applicant)
        page = client.get(f"/mon-espace/dossiers/{case_file.reference}/")
        assert page.status_code == 200


def test_a_file_has_its_story() -> None:
    completed = CaseFile.objects.filter(state=CaseFileState.COMPLETED).earliest("pk")

    moves = CaseFileEvent.objects.filter(case_file=completed, kind="moved").order_by("pk")

    assert [move.transition for move in moves][-2:] == ["activate", "complete"]
