"""CSV as French spreadsheets write and read it: semicolons, decimal commas, UTF-8 with its mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

MARK = "\ufeff"
# A spreadsheet takes what begins so for a formula, and would run it (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = ";,\t"
_TYPE = "text/csv; charset=utf-8"
_LINES_A_PIECE = 500
_NOT_A_SHEET = "Ce fichier n’est pas un CSV. Enregistrez la feuille au format CSV."


class SheetError(Exception):
    """A file that cannot be read; `reasons` are French sentences, one a fault."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Line:
    """The cells of one row, trimmed, and the number of its last line in the file, from 1."""

    number: int
    cells: tuple[str, ...]


def safe(cell: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line."""
    line = " ".join(cell.split())
    return f"'{line}" if line.startswith(_FORMULA) or cell.startswith(_FORMULA) else line


def number(value: Decimal | None) -> str:
    """Two decimals after a comma; empty for none."""
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def write_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A sheet piece by piece, so that one of any length costs no memory. Give it safe cells."""
    text = io.StringIO()
    text.write(MARK)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def write(rows: Iterable[Sequence[Any]]) -> str:
    """A whole sheet, its headings being the first of `rows`. Give it safe cells."""
    return "".join(write_lines(rows))


def answer(rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponse:
    """The sheet as a download called `name`, which no cache keeps."""
    return HttpResponse(write(rows), content_type=_TYPE, headers=_headers(name))


def stream(rows: Iterable[Sequence[Any]], *, name: str) -> StreamingHttpResponse:
    """The same, sent while it is written: a sheet of any length costs no memory."""
    return StreamingHttpResponse(
        _pieces(write_lines(rows)), content_type=_TYPE, headers=_headers(name)
    )


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    """Lines together, so that each piece is worth sending."""
    while piece := "".join(islice(lines, _LINES_A_PIECE)):
        yield piece


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
    }


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, or as older spreadsheets write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str) -> list[Line]:
    """The rows that hold something, whatever the delimiter and the line ends.

    Raises SheetError for what is no sheet.
    """
    text = text.removeprefix(MARK)
    if "\x00" in text:
        raise SheetError(_NOT_A_SHEET)
    heading = next(iter(text.splitlines()), "")
    # newline="": the reader knows the ends of Windows, of Unix and of old Macs by itself.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=heading.count)
    )
    try:
        lines = [Line(reader.line_num, tuple(cell.strip() for cell in cells)) for cells in reader]
    except csv.Error:
        raise SheetError(_NOT_A_SHEET) from None
    return [line for line in lines if any(line.cells)]
