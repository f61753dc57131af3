"""The worklist as a sheet: what a list shows of each file, for all of its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.programmes import programmes
from apps.core import clock, sheets

# Rows read at once from the server's cursor: the most that a sheet of any length holds in memory.
CHUNK = 2_000
HEADINGS = (
    *("Dossier", "Dispositif", "État", "Canal", "Prénom", "Nom", "Commune", "Suivi par"),
    *("Déposé le", "Rejet implicite le", "Décidé le", "Clos le"),
    *("Montant calculé", "Montant accordé"),
)
_FIELDS = (
    *("reference", "programme", "state", "channel", "first_name", "last_name", "commune__name"),
    *("owner__first_name", "owner__last_name"),
    *("submitted_at", "legal_due_on", "decided_at", "closed_at"),
    *("computed_amount", "granted_amount"),
)


def sheet_rows(files: CaseFileQuerySet) -> Iterator[Sequence[str]]:
    """Headings, then one row a file in the order of `files`, read from a cursor of the server."""
    labels = dict(programmes.choices())
    yield HEADINGS
    for row in files.values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        yield _cells(row, labels)


def _cells(row: tuple[Any, ...], labels: dict[str, str]) -> Sequence[str]:
    reference, programme, state, channel, first_name, last_name, commune, *others = row
    owner_first, owner_last, submitted_at, due_on, decided_at, closed_at, *amounts = others
    return (
        reference,
        labels.get(programme, programme),
        str(CaseFileState(state).label),
        str(Channel(channel).label),
        *(sheets.safe(words) for words in (first_name, last_name, commune or "")),
        sheets.safe(f"{owner_first or ''} {owner_last or ''}"),
        _day(submitted_at),
        f"{due_on:%d/%m/%Y}" if due_on else "",
        _day(decided_at),
        _day(closed_at),
        *map(sheets.number, amounts),
    )


def _day(at: datetime | None) -> str:
    return f"{clock.paris_date(at):%d/%m/%Y}" if at else ""
