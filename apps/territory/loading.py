"""Loading reference tables: CSV files read with their line numbers, rows written by difference.

A loader is idempotent and says what it changed. It never deletes: other rows may point at a
commune that a newer file no longer has.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")


class DamagedFileError(ValueError):
    """A reference file that must not be loaded; the message names the file and the line."""


@dataclass(frozen=True)
class Row:
    """One line of a CSV file. Reads refuse bad values with the place where they stand."""

    file: str
    line: int
    values: dict[str, str]

    def text(self, column: str) -> str:
        """A value that must be there."""
        if not (value := self.values[column].strip()):
            raise self.damaged(f"« {column} » est vide")
        return value

    def optional(self, column: str) -> str:
        return self.values[column].strip()

    def parse(self, column: str, convert: Callable[[str], T]) -> T:
        """`convert` applied to a value that must be there, such as int or date.fromisoformat."""
        value = self.text(column)
        try:
            return convert(value)
        except ValueError as error:
            raise self.damaged(f"« {column} » ne se lit pas : {value!r}") from error

    def damaged(self, reason: str) -> DamagedFileError:
        return DamagedFileError(f"{self.file}, ligne {self.line} : {reason}.")


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file that has at least `columns`. Raises DamagedFileError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DamagedFileError(f"{path.name} : fichier absent de {path.parent}.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DamagedFileError(f"{path.name}, ligne {line} : ce n’est pas de l’UTF-8.") from error
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise DamagedFileError(f"{path.name}, ligne 1 : il manque {', '.join(missing)}.")
        for values in reader:
            row = Row(path.name, reader.line_num, values)
            if None in values or None in values.values():
                raise row.damaged(f"{len(reader.fieldnames or ())} colonnes attendues")
            yield row
    except csv.Error as error:
        raise DamagedFileError(f"{path.name}, ligne {reader.line_num} : {error}.") from error


def index_by(rows: Iterable[Row], column: str) -> dict[str, Row]:
    """The rows by their key. Raises DamagedFileError when one comes twice."""
    found: dict[str, Row] = {}
    for row in rows:
        key = row.text(column)
        if key in found:
            raise row.damaged(f"{key} est déjà à la ligne {found[key].line}")
        found[key] = row
    return found


@dataclass
class Changes:
    """What loading did to one table. `kept` rows differ from the file: staff edited them."""

    table: str
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"{self.table} : ajouts {self.created}, changements {self.changed}, "
            f"sans changement {self.unchanged}, absents du fichier {len(self.gone)}"
        )
        lines = [counts]
        lines += [f"  gardé, quoique absent du fichier : {name}" for name in self.gone]
        lines += [f"  gardé tel que le guichet l’a modifié : {name}" for name in self.kept]
        return "\n".join(lines)


def sync(
    table: str,
    existing: models.QuerySet[M],
    wanted: Iterable[M],
    *,
    key: Callable[[M], Hashable],
    fields: Sequence[str],
) -> Changes:
    """Create or change rows so that `fields` are as in `wanted`, matching them by `key`.

    Rows whose `edited_by_staff` is set are left alone. Side effects: one bulk insert, and one
    update for each changed row; call it in a transaction.
    """
    changes = Changes(table)
    rows = {key(row): row for row in existing}
    created: list[M] = []
    for new in wanted:
        old = rows.pop(key(new), None)
        if old is None:
            created.append(new)
        elif all(getattr(old, name) == getattr(new, name) for name in fields):
            changes.unchanged += 1
        elif getattr(old, "edited_by_staff", False):
            changes.kept.append(str(old))
        else:
            for name in fields:
                setattr(old, name, getattr(new, name))
            old.save(update_fields=fields)
            changes.changed += 1
    existing.bulk_create(created)
    changes.created = len(created)
    changes.gone = [str(row) for row in rows.values() if not getattr(row, "edited_by_staff", False)]
    return changes
