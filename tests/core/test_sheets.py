from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.sheets import (
    Line,
    SheetError,
    answer,
    decode,
    number,
    read,
    safe,
    write,
    write_lines,
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('=HYPERLINK("http://exemple.org")', '\'=HYPERLINK("http://exemple.org")'),
        ("+33 6", "'+33 6"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tZoé", "'Zoé"),
        ("Zoé\nDémo", "Zoé Démo"),
        ("Jean-Paul", "Jean-Paul"),
    ],
)
def test_no_cell_is_a_formula(typed: str, written: str) -> None:
    assert safe(typed) == written


@given(st.text())
def test_no_text_begins_as_a_formula(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_sheet_is_written_as_french_spreadsheets_expect() -> None:
    rows = [("Nom", "Montant"), ("Zoé ; Démo", number(Decimal("1234.5"))), ("", number(None))]

    assert write(rows) == '\ufeffNom;Montant\r\n"Zoé ; Démo";1234,50\r\n;\r\n'


def test_sheet_is_written_piece_by_piece() -> None:
    asked: list[int] = []

    def rows() -> Iterator[list[int]]:
        for key in range(3):
            asked.append(key)
            yield [key]

    pieces = write_lines(rows())

    assert next(pieces) == "\ufeff0\r\n"
    assert asked == [0]
    assert list(pieces) == ["1\r\n", "2\r\n"]


def test_answer_is_a_download_that_nobody_keeps() -> None:
    response = answer([("Été",)], name="été.csv")

    assert response.content == "\ufeffÉté\r\n".encode()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9t%C3%A9.csv"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_sheet_of_any_tool_is_read(end: str, delimiter: str, mark: str) -> None:
    text = mark + end.join([f"nom{delimiter}âge", "", f" Zoé {delimiter}9", delimiter])

    assert read(text) == [Line(1, ("nom", "âge")), Line(3, ("Zoé", "9"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_of_older_spreadsheets_is_read(encoding: str) -> None:
    assert decode("Zoé".encode(encoding)) == "Zoé"


@pytest.mark.parametrize("text", ["PK\x03\x04\x00", "x" * 140_000])
def test_what_is_no_sheet_is_refused_in_words(text: str) -> None:
    with pytest.raises(SheetError, match=r"^Ce fichier n’est pas un CSV\."):
        read(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        lines = read(text)
    except SheetError:
        assert "\x00" in text
    else:
        assert all(any(line.cells) for line in lines)
