"""Grow a throw-away database to a number of case files: `grow(100_000, at=…)`.

The rows are written by SQL, hundreds of thousands at once, and are the same on every run. NOT
NULL, CHECK, UNIQUE and exclusion constraints hold while they enter. Foreign keys are dropped and
put back, by which PostgreSQL verifies every row. Triggers do not run: what they refuse is looked
for afterwards in the whole (checks.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from apps.accounts.models import User
from apps.awards.models import (
    AgendaItem,
    Agreement,
    BudgetEntry,
    Commitment,
    CommitmentProof,
    Instalment,
)
from apps.casefiles.event_chain import GENESIS_SQL, digest_sql
from apps.casefiles.models import (
    CaseFile,
    CaseFileEvent,
    ChangeItem,
    ChangeRequest,
    Decision,
    Document,
    EventHead,
    FileLook,
    Letter,
    Message,
)
from apps.files.models import StoredFile
from apps.juries.models import Assignment, Declaration, Review
from apps.notifications.models import OutgoingEmail
from apps.programmes.bursaries.models import BursaryDetail
from apps.programmes.innovation.models import BudgetLine, ProposalDetail
from apps.programmes.installation.models import InstallationDetail
from apps.programmes.internships.models import InternshipDetail
from tests.bench.growth.people import SQL

LOADED: tuple[type[models.Model], ...] = (
    *(User, StoredFile),
    *(CaseFile, InstallationDetail, BursaryDetail, InternshipDetail),
    *(ProposalDetail, BudgetLine, Declaration, Assignment, Review, OutgoingEmail, FileLook),
    *(CaseFileEvent, EventHead, Document, Message, ChangeRequest, ChangeItem, Letter, Decision),
    *(AgendaItem, Agreement, Commitment, CommitmentProof, Instalment, BudgetEntry),
)
SCRIPTS = ("2_plan.sql", "3_files.sql", "4_story.sql", "5_awards.sql")
PART = 100_000
NAMES = {
    "first_names": [
        *("Alice", "Élodie", "Hélène", "Camille", "Inès", "Jeanne", "Léa", "Manon", "Nadia", "Zoé"),
        *("Paul", "Éric", "Hugo", "Karim", "Louis", "Marc", "Noé", "Omar", "René", "Yves"),
    ],
    "name_starts": [
        *("Ber", "Du", "Mo", "Le", "Ga", "Ri", "Sau", "Che", "Fou", "Pe", "Bou", "Vi", "Ro", "Gi"),
        *("Dela", "Mar", "Tho", "Lam", "Hen", "Gau", "Per", "Mas", "Nau", "Jo", "Cor", "Bla"),
        *("Pré", "Au", "Teis", "Val", "Lou", "Far", "Mi", "Cou", "Bar", "Ché", "Nor", "Por", "Tré"),
    ],
    # So that two names are a person's, or nearly: as in life, and at any size.
    "name_middles": [
        *("", "", "", "", "ba", "ca", "di", "fé", "gui", "jo", "la", "lo", "ma", "mé", "mi", "na"),
        *("no", "pa", "po", "ra", "ré", "ri", "sa", "si", "ta", "té", "ti", "to", "va", "vé", "vi"),
    ],
    "name_ends": [
        *("nard", "rand", "reau", "roy", "nier", "chard", "net", "lier", "vier", "pin", "quet"),
        *("lon", "set", "mont", "gnon", "telle", "din", "zin", "lot", "bert", "vet", "rel", "tin"),
        *("chet", "neau", "sier", "land", "pard", "llet", "cier", "boeuf", "fort", "ton", "court"),
    ],
}


@transaction.atomic
def grow(last: int, *, at: datetime) -> None:
    """Add files until there are `last` of them. `people.prepare(at)` comes first, once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT coalesce(max(n), 0) + 1 FROM growth.plan")
        [first] = cursor.fetchone()
        with _room_for_many(cursor):
            # By parts that are sorted in memory.
            for start in range(first, last + 1, PART):
                part = {"first": start, "last": min(start + PART - 1, last), "at": at, **NAMES}
                for script in SCRIPTS:
                    cursor.execute(_text(script), part)
                    if script == SCRIPTS[0]:
                        cursor.execute("ANALYZE growth.plan")
        for model in LOADED:
            _advance_sequence(cursor, model)


def count_rows() -> int:
    """Of all the tables that grow, together: estimates, fresh after settle()."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(reltuples)::bigint FROM pg_class WHERE oid = ANY(%s::regclass[])",
            [[model._meta.db_table for model in LOADED]],
        )
        [count] = cursor.fetchone()
    return int(count)


def _text(script: str) -> str:
    """A script, with what chains the events written as the portal writes it."""
    digest, beginning = digest_sql("event"), "sha256(event.previous_digest || "
    assert digest.startswith(beginning)
    link = digest.removeprefix(beginning).removesuffix(")")
    text = (SQL / script).read_text(encoding="utf-8")
    for mark, expression in ((":link", link), (":digest", digest), (":genesis", GENESIS_SQL)):
        text = text.replace(mark, expression)
    return text


def settle() -> None:
    """Statistics, and what index-only scans need: as autovacuum leaves a database in service."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _room_for_many(cursor: Any) -> Iterator[None]:
    """No trigger; no foreign key nor secondary index until all rows are there; and a default for
    every column that the SQL leaves to its model."""
    tables = [model._meta.db_table for model in LOADED]
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    cursor.execute("SET LOCAL work_mem = '1GB'")
    # Compiling costs more than it saves where each statement runs once.
    cursor.execute("SET LOCAL jit = off")
    keys = _foreign_keys(cursor, tables)
    indexes = _secondary_indexes(cursor, tables)
    defaults = [(model._meta.db_table, *row) for model in LOADED for row in _model_defaults(model)]
    for table, name, _ in keys:
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    for table, column, value in defaults:
        cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT %s', [value])
    yield
    for table, column, _ in defaults:
        cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" DROP DEFAULT')
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _foreign_keys(cursor: Any, tables: list[str]) -> list[tuple[str, str, str]]:
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [tables],
    )
    rows: list[tuple[str, str, str]] = cursor.fetchall()
    return rows


def _secondary_indexes(cursor: Any, tables: list[str]) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE NOT indisunique AND NOT indisexclusion AND indrelid = ANY(%s::regclass[])",
        [tables],
    )
    rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


def _model_defaults(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.concrete_fields:
        if field.null or field.primary_key or field.generated or field.has_db_default():
            continue
        value = field.get_db_prep_save(field.get_default(), connection)
        if value is not None:
            yield field.column, value


def _advance_sequence(cursor: Any, model: type[models.Model]) -> None:
    """The next row made by the portal follows ours."""
    table, column = model._meta.db_table, model._meta.pk.column
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
    [sequence] = cursor.fetchone()
    if sequence:
        cursor.execute(
            f"SELECT setval('{sequence}', greatest(nextval('{sequence}'), "  # noqa: S608
            f'(SELECT max("{column}") FROM "{table}")))'
        )
