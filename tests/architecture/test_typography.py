"""French typography of what people read: no-break spaces where a line must not end."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import nodes, python_files, template_files, where

# « Pourquoi ? », « Reçu : 3 », « … » : the sign never begins a line, nor does a quotation end one.
_BREAKABLE = re.compile(
    r"(?<=[\w’)\]}%€….\"]) (?=[:;?!](?:[\s»<{)\"’]|$))|« | »|(?<=[\d}]) (?=[€%]|km\b)"
)
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER)\b")
_NOT_READ = re.compile(
    r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}|<[^>]*>|<style.*?</style>", re.DOTALL
)


def _documentation(path: Path) -> set[int]:
    """Docstrings and bare strings, which stay in the code."""
    return {
        id(node.value)
        for node in nodes(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant | ast.JoinedStr)
    }


def _after_a_value(path: Path) -> set[int]:
    """The parts of f-strings that follow a value."""
    return {
        id(part)
        for node in nodes(path)
        if isinstance(node, ast.JoinedStr)
        for part in node.values[1:]
    }


def _breakable_strings(path: Path) -> list[str]:
    unread, continued = _documentation(path), _after_a_value(path)
    return [
        f"{where(path, node)} {node.value!r}"
        for node in nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in unread
        and not _SQL.search(node.value)
        and _BREAKABLE.search(("}" if id(node) in continued else "") + node.value)
    ]


# Columns of a spreadsheet, the name of a semester in an address, numbers of the demo's acts.
_NO_SENTENCES = (
    *("apps/casefiles/exports.py", "apps/lookups/housing/semesters.py"),
    "apps/demo/",
)


def _written_by_strftime(path: Path) -> list[str]:
    return [
        where(path, node)
        for node in nodes(path)
        if isinstance(node, ast.FormattedValue)
        and isinstance(node.format_spec, ast.JoinedStr)
        and any(
            isinstance(part, ast.Constant) and str(part.value).startswith("%")
            for part in node.format_spec.values
        )
    ]


def test_days_and_hours_are_written_in_french_and_in_paris() -> None:
    """By core/dates.py: `{at:%d/%m/%Y}` is neither, and the day before for an hour each night."""
    found = [place for path in python_files("apps") for place in _written_by_strftime(path)]
    assert [place for place in found if not place.startswith(_NO_SENTENCES)] == []


def test_sentences_in_code_keep_their_signs() -> None:
    assert [found for path in python_files("apps") for found in _breakable_strings(path)] == []


def test_sentences_in_templates_keep_their_signs() -> None:
    breakable = []
    for path in template_files():
        if path.suffix not in {".html", ".txt"}:
            continue
        text = _NOT_READ.sub(_same_lines, path.read_text(encoding="utf-8"))
        breakable += [
            f"{where(path, number)} {line.strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if _BREAKABLE.search(line)
        ]
    assert breakable == []


def _same_lines(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


@pytest.mark.parametrize("text", ["Pourquoi ?", "Reçu : 3", "« oui", "oui »", "35 000 €"])
def test_a_breakable_space_is_found(text: str) -> None:
    assert _BREAKABLE.search(text)


@pytest.mark.parametrize("text", ["Pourquoi\u00a0?", "%H:%M", "«\u00a0oui\u00a0»", "a ::= b"])
def test_other_spaces_are_left_alone(text: str) -> None:
    assert not _BREAKABLE.search(text)
