"""Find what was changed, removed or reordered in the story of the files, whoever did it.

The digests are computed again from the rows, in PostgreSQL's own sha256 and in one pass over the
index: nothing of the database's own code is trusted, and only the faults come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction

from apps.casefiles.enums import EventKind
from apps.casefiles.event_chain import GENESIS_SQL, digest_sql

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first broken link of a file, in words. `sequence` is the event that is wrong."""

    reference: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"{self.reference}, événement n° {self.sequence} : {self.reason}"


class _Link(NamedTuple):
    """A row of the query below: an event, and the signs that something is wrong with it."""

    reference: str
    sequence: int
    rank: int
    is_displaced: bool
    is_unlinked: bool
    is_blanked: bool
    is_rewritten: bool
    has_no_head: bool
    is_cut: bool
    is_last_changed: bool


# One row for each fault, in the order of the story; the first of each file is kept.
_BROKEN_LINKS = f"""
    WITH link AS (
        SELECT event.case_file_id, event.sequence, event.kind, event.salt, event.previous_digest,
            {digest_sql("event")} AS digest,
            row_number() OVER story AS rank,
            lead(event.sequence) OVER story IS NULL AS is_last
        FROM casefiles_casefileevent AS event
        WINDOW story AS (PARTITION BY event.case_file_id ORDER BY event.sequence)
    ),
    checked AS (
        SELECT link.*, head.count, head.digest AS head_digest, head.sealed_count,
            head.sealed_digest,
            lag(link.digest, 1, {GENESIS_SQL}) OVER story AS expected_previous,
            bool_or(link.kind = '{EventKind.ERASED}') OVER later AS is_erased_later
        FROM link LEFT JOIN casefiles_eventhead AS head USING (case_file_id)
        WINDOW story AS (PARTITION BY link.case_file_id ORDER BY link.sequence),
            later AS (PARTITION BY link.case_file_id ORDER BY link.sequence
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    )
    SELECT file.reference, checked.sequence, checked.rank,
        checked.sequence <> checked.rank AS is_displaced,
        checked.previous_digest <> checked.expected_previous AS is_unlinked,
        checked.salt IS NULL AND checked.is_erased_later IS NOT TRUE AS is_blanked,
        checked.sequence = checked.sealed_count AND checked.digest <> checked.sealed_digest
            AS is_rewritten,
        checked.count IS NULL AS has_no_head,
        checked.is_last AND GREATEST(checked.count, checked.sealed_count) > checked.sequence
            AS is_cut,
        checked.is_last AND checked.digest <> checked.head_digest AS is_last_changed
    FROM checked JOIN casefiles_casefile AS file ON file.id = checked.case_file_id
    WHERE checked.sequence <> checked.rank
        OR checked.previous_digest <> checked.expected_previous
        OR (checked.salt IS NULL AND checked.is_erased_later IS NOT TRUE)
        OR (checked.sequence = checked.sealed_count AND checked.digest <> checked.sealed_digest)
        OR checked.count IS NULL
        OR (checked.is_last
            AND (checked.count <> checked.sequence OR checked.digest <> checked.head_digest
                OR checked.sealed_count > checked.sequence))
    ORDER BY checked.case_file_id, checked.sequence
"""  # noqa: S608 - made of our own words
_EMPTY_STORIES = """
    SELECT file.reference FROM casefiles_casefile AS file
    WHERE NOT EXISTS (
        SELECT FROM casefiles_casefileevent AS event WHERE event.case_file_id = file.id
    ) ORDER BY file.id
"""


def find_faults() -> Iterator[Fault]:
    """The first broken link of each file that has one; a few rows in memory at a time."""
    previous = ""
    for row in _stream(_BROKEN_LINKS):
        link = _Link(*row)
        if link.reference != previous:
            yield _first_fault(link)
        previous = link.reference
    for (reference,) in _stream(_EMPTY_STORIES):
        yield Fault(reference=reference, sequence=1, reason="toute l’histoire a disparu.")


def _first_fault(link: _Link) -> Fault:
    """What broke, told by the first sign in the order of the story."""
    at = link.sequence
    if link.has_no_head:
        reason = "la fin du journal de ce dossier a disparu."
    elif link.is_displaced:
        at, reason = link.rank, "il manque, ou l’ordre a changé."
    elif link.is_unlinked:
        at, reason = max(link.sequence - 1, 1), "il a été modifié ou remplacé."
    elif link.is_blanked:
        reason = "ses mots ont disparu sans effacement enregistré."
    elif link.is_rewritten:
        reason = "l’histoire a été réécrite depuis le dernier relevé."
    elif link.is_cut:
        at, reason = link.sequence + 1, "il manque, avec tous ceux qui le suivaient."
    elif link.is_last_changed:
        reason = "il a été modifié ou remplacé."
    else:
        reason = "il a été ajouté sans passer par le portail."
    return Fault(reference=link.reference, sequence=at, reason=reason)


def _stream(query: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a server-side cursor: memory does not grow with the log."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
