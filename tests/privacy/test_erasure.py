"""Erasure as the law asks: nothing that names somebody is left anywhere, and no figure changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum

from apps.accounts.models import User
from apps.awards.models import Envelope, Instalment
from apps.casefiles.enums import CaseFileState, EventKind
from apps.casefiles.log_verification import find_faults
from apps.casefiles.models import CaseFile, Document, FileLook
from apps.core.dashboard import figures_for
from apps.files.disk import private_storage
from apps.files.models import StoredFile
from apps.privacy.enums import DeletionCause
from apps.privacy.erasure import erase_account, erase_case_file, reference_digest
from apps.privacy.models import DeletionRecord
from tests.factories.accounts import UserFactory
from tests.factories.casefiles import START, installation_file

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=4000)


def every_text() -> Iterator[tuple[str, str]]:
    """(table, row as text) of the whole database, jobs that wait included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row::text FROM "{table}" AS row')  # noqa: S608 - our own tables
            yield from ((table, row) for (row,) in cursor.fetchall())


def found(*words: str) -> set[tuple[str, str]]:
    return {
        (table, word)
        for table, row in every_text()
        for word in words
        if word.lower() in row.lower()
    }


def erase(case_file: CaseFile, *, at: datetime = LATER) -> DeletionRecord | None:
    return erase_case_file(
        case_file,
        rule="demande.installation.accordee",
        label="Aide accordée",
        cause=DeletionCause.PERIOD,
        at=at,
    )


WORDS = (
    *("Zéphyrine", "Zephyrine", "Quatrelivres", "zephyrine.q@exemple.fr", "+33199001234"),
    *("Introuvable", "M02606"),
)


def figures(head: User) -> dict[str, Any]:
    """Every sum that the portal shows somewhere."""
    return {
        "dashboard": [
            (figure.label, figure.value) for lines in figures_for(head).values() for figure in lines
        ],
        "instalments": Instalment.objects.aggregate(Sum("amount"), Count("pk")),
        "by_year": list(
            Instalment.objects.order_by("budget_year", "status")
            .values_list("budget_year", "status")
            .annotate(Sum("amount"), Count("pk"))
        ),
        "files": list(
            CaseFile.objects.order_by("programme", "state")
            .values_list("programme", "state")
            .annotate(Sum("granted_amount"), Sum("computed_amount"), Count("pk"))
        ),
        "decided": list(CaseFile.objects.order_by("pk").values_list("pk", "decided_at")),
        "envelopes": [
            (envelope.year, envelope.voted, envelope.committed, envelope.paid)
            for envelope in Envelope.objects.with_figures().order_by("pk")
        ],
    }


def test_nothing_that_names_the_person_is_left_and_no_figure_changes(
    paid_file: CaseFile, head: User, django_capture_on_commit_callbacks: Any
) -> None:
    person = paid_file.applicant
    assert person is not None
    before = figures(head)
    names = list(StoredFile.objects.filter(uploaded_by=person).values_list("file", flat=True))
    assert names
    assert len({word for _, word in found(*WORDS)}) >= 6

    with django_capture_on_commit_callbacks(execute=True):
        record = erase(paid_file)
        erase_account(person, at=LATER, cause=DeletionCause.REQUEST)

    assert found(*WORDS) == set()
    assert figures(head) == before
    assert [name for name in names if private_storage().exists(name)] == []
    assert record is not None
    assert record.reference_digest == reference_digest(paid_file.reference)
    assert record.file_count >= len(names)


def test_the_story_of_an_erased_file_stays_whole(paid_file: CaseFile) -> None:
    story = list(paid_file.events.order_by("sequence").values_list("kind", "at", "transition"))

    erase(paid_file)

    after = list(paid_file.events.order_by("sequence").values_list("kind", "at", "transition"))
    assert after == [*story, (EventKind.ERASED, LATER, "")]
    erased = paid_file.events.exclude(kind=EventKind.ERASED)
    assert set(erased.values_list("comment", "actor", "salt")) == {("", None, None)}
    assert [*find_faults()] == []


def test_an_erased_file_is_erased_once(paid_file: CaseFile) -> None:
    assert erase(paid_file) is not None
    assert erase(paid_file) is None
    assert DeletionRecord.objects.count() == 1


def test_another_file_of_the_same_person_is_left_alone(applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    other = installation_file(applicant=UserFactory(), address="5 rue Gardée")

    erase(draft)

    assert Document.objects.filter(case_file=other).count() > 0
    assert Document.objects.filter(case_file=draft).count() == 0
    other.refresh_from_db()
    assert other.installation_detail.address == "5 rue Gardée"
    applicant.refresh_from_db()
    assert applicant.email == "alice@exemple.fr"


def test_an_erased_draft_leaves_the_way_free_for_another(applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    erase(draft)

    again = installation_file(until=CaseFileState.DRAFT, applicant=applicant)

    assert again.pk != draft.pk
    assert FileLook.objects.count() == 0
