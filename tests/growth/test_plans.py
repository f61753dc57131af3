"""How PostgreSQL answers the hottest queries: a lost index changes a line of plans.txt.

Only what a plan does and the indexes that it reads are kept, without any cost. Reading a whole
table or sorting it is discouraged, so that 1 500 files are planned for as a million are: what is
still read whole or sorted has no index. After a change that is meant:
EXPLAIN_SNAPSHOTS=write pytest tests/growth/test_plans.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.awards.models import (
    AgendaItem,
    Agreement,
    CommitmentProof,
    Envelope,
    Instalment,
    Session,
)
from apps.awards.payment_lists import LISTS
from apps.casefiles.models import (
    CaseFile,
    CaseFileEvent,
    ChangeItem,
    Document,
    FileLook,
    Letter,
    Message,
)
from apps.casefiles.models.casefile_indexes import RECENT
from apps.casefiles.queues import QUEUES
from apps.casefiles.search import read_search
from apps.core import clock
from apps.core.paging import KeysetPage
from apps.privacy.looks import looks

pytestmark = pytest.mark.usefixtures("grown")

SNAPSHOTS = Path(__file__).with_name("plans.txt")
PAGE = 51
GROWING = (
    *(CaseFile, CaseFileEvent, Document, Message, ChangeItem, Letter, FileLook),
    *(Agreement, AgendaItem, CommitmentProof, Instalment),
)


def head() -> User:
    return User.objects.get(email="head1@croissance.exemple.fr")


def desk() -> Any:
    return CaseFile.objects.at_desk_of(head())


def queue(slug: str, order: str = "legal_due_on") -> QuerySet[Any]:
    agent = User.objects.get(email="caseworker1@croissance.exemple.fr")
    narrowed = QUEUES[slug].narrow(desk(), agent, clock.today())
    return narrowed.order_by(order, "-pk")[:PAGE]


def second_page() -> QuerySet[Any]:
    files = desk().exclude(submitted_at=None)
    shown = KeysetPage(files, lines=CaseFile.objects.all(), order="-submitted_at", size=50)
    last = shown.rows[-1]
    after = files.filter(submitted_at__lte=last.submitted_at, pk__lt=last.pk)
    return after.order_by("-submitted_at", "-pk")[:PAGE]


def payments(slug: str) -> QuerySet[Any]:
    mine = Instalment.objects.at_desk_of(head()).followed()
    return LISTS[slug].narrow(mine, clock.today()).order_by("due_on", "-pk")[:PAGE]


def somebody() -> CaseFile:
    return CaseFile.objects.filter(state="completed", applicant__isnull=False).earliest("pk")


QUERIES: dict[str, Callable[[], QuerySet[Any]]] = {
    "worklist, to do": lambda: queue("a-traiter"),
    "worklist, mine": lambda: queue("miens"),
    "worklist, unassigned": lambda: queue("non-attribues"),
    "worklist, messages to read": lambda: queue("messages", "-submitted_at"),
    "worklist, all": lambda: queue("tous", "-submitted_at"),
    "worklist, all, second page": second_page,
    "worklist, one state": lambda: (
        desk().filter(state="active").order_by("-submitted_at", "-pk")[:PAGE]
    ),
    "search, a name": lambda: (
        desk().filter(read_search("martinet").condition).order_by("-submitted_at")[:PAGE]
    ),
    "search, a reference": lambda: desk().filter(read_search(somebody().reference).condition),
    "a person's files": lambda: CaseFile.objects.filter(applicant=somebody().applicant),
    "the story of a file": lambda: CaseFileEvent.objects.filter(case_file=somebody()),
    "the pieces of a file": lambda: Document.objects.filter(case_file=somebody()).order_by(),
    "the messages of a file": lambda: Message.objects.filter(case_file=somebody()),
    "the payments of a file": lambda: Instalment.objects.filter(case_file=somebody()),
    "payments to validate": lambda: payments("a-valider"),
    "payments made": lambda: payments("payes"),
    "payments late": lambda: payments("en-retard"),
    "payments to come": lambda: payments("a-venir"),
    "envelopes with their figures": lambda: Envelope.objects.with_figures().order_by("pk"),
    "agreements to sign": lambda: Agreement.objects.at_desk_of(head()).filter(status="sent")[:PAGE],
    "sittings with their sums": lambda: Session.objects.closed().with_totals()[:12],
    "looks of everybody": lambda: looks(reader=head())[:50],
    "people, a name": lambda: User.objects.filter(last_name__icontains="martinet"),
}


# Switched off: which of them is cheaper depends on the rows that ANALYZE happens to look at.
_WAYS_THAT_STATISTICS_CHOOSE = (
    *("seqscan", "bitmapscan", "sort", "incremental_sort"),
    *("hashjoin", "mergejoin", "memoize", "material"),
)


def steps(node: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """One line a node of the plan: what it does, and with which index."""
    name = node.get("Index Name") or node.get("Relation Name", "")
    yield "  " * depth + " ".join(filter(None, ("-", node["Node Type"], name)))
    for child in node.get("Plans", ()):
        yield from steps(child, depth + 1)


def plan(queryset: QuerySet[Any], *, without: Sequence[str] = _WAYS_THAT_STATISTICS_CHOOSE) -> str:
    sql, parameters = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        for way in {*_WAYS_THAT_STATISTICS_CHOOSE, *without}:
            cursor.execute(f"SET LOCAL enable_{way} = {'off' if way in without else 'on'}")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        [found] = cursor.fetchone()
    [whole] = json.loads(found) if isinstance(found, str) else found
    return "\n".join(steps(whole["Plan"]))


def kept() -> dict[str, str]:
    parts = SNAPSHOTS.read_text(encoding="utf-8").strip().split("\n\n")
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


@pytest.fixture(scope="module", autouse=True)
def _written(_grown: None) -> None:
    """The snapshots again, when they are asked for."""
    if os.environ.get("EXPLAIN_SNAPSHOTS") == "write":
        with transaction.atomic():
            parts = [f"{name}\n{plan(query())}" for name, query in QUERIES.items()]
        SNAPSHOTS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", QUERIES)
def test_query_is_answered_as_before(name: str) -> None:
    assert plan(QUERIES[name]()) == kept()[name]


@pytest.mark.parametrize(
    ("head", "index", "other"),
    [
        (Q(), "casefile_search_key_trgm", "casefile_recent_key_trgm"),
        (RECENT, "casefile_recent_key_trgm", "casefile_search_key_trgm"),
    ],
)
def test_a_name_is_looked_for_by_its_index(head: Q, index: str, other: str) -> None:
    """Each of them alone: which one is cheaper here is not what it is in a large table."""
    [named, *_] = read_search("martinet").ways
    found = desk().filter(named).filter(head).order_by("-submitted_at", "-pk")[:PAGE]
    with connection.cursor() as cursor:  # undone with the test's own transaction
        cursor.execute(f"DROP INDEX {other}")

    shown = plan(found, without=("seqscan", "indexscan", "indexonlyscan"))

    assert f"Bitmap Index Scan {index}" in shown


def test_recent_files_are_told_by_their_own_index_alone() -> None:
    """Read beside it, the index of all dates cost more than all the rest (decision 0046)."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX casefile_recent_key_trgm, casefile_search_key_trgm")

    shown = plan(CaseFile.objects.order_by().filter(RECENT), without=("seqscan", "indexscan"))

    assert shown == "- Seq Scan casefiles_casefile"


def test_names_are_sampled_more_than_other_columns() -> None:
    """Or a name that the sample holds by chance is taken for that of thousands of files."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstattarget FROM pg_attribute "
            "WHERE attrelid = 'casefiles_casefile'::regclass AND attname = 'search_key'"
        )
        assert cursor.fetchone() == (1000,)


def test_no_plan_reads_a_whole_growing_table() -> None:
    growing = ("casefiles_", "awards_instalment", "files_storedfile")
    read = [line for text in kept().values() for line in text.splitlines() if "Seq Scan" in line]
    assert [line for line in read if any(table in line for table in growing)] == []


def test_a_lost_index_changes_its_plan() -> None:
    name = "worklist, to do"
    assert "casefile_pending_due" in kept()[name]

    with connection.cursor() as cursor:  # undone with the test's own transaction
        cursor.execute("DROP INDEX casefile_pending_due")

    assert plan(QUERIES[name]()) != kept()[name]


def test_no_foreign_key_of_a_growing_table_has_an_index_for_nothing() -> None:
    """One of its column alone, where another begins with it, is written and never read."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT one.indexrelid::regclass::text
            FROM pg_index one JOIN pg_index other ON other.indrelid = one.indrelid
                AND other.indexrelid <> one.indexrelid AND other.indkey[0] = one.indkey[0]
                AND other.indclass[0] = one.indclass[0]
            WHERE one.indrelid = ANY(%s::regclass[]) AND NOT one.indisunique
                AND one.indnatts = 1 AND one.indkey[0] <> 0
                AND one.indpred IS NULL AND other.indpred IS NULL
            """,
            [[model._meta.db_table for model in GROWING]],
        )
        assert cursor.fetchall() == []
