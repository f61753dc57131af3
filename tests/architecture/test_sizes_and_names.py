"""Files stay small enough to be read whole, and are named after what they do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, nodes, python_files, template_files, where

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 150
# Names that say nothing about what is inside attract everything.
FORBIDDEN_NAMES = {"utils", "helpers", "services", "mixins", "common", "misc"}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function, its docstring left out."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_python_file_is_too_long() -> None:
    assert [where(path) for path in python_files() if _lines(path) >= LONGEST_FILE] == []


def test_no_function_is_too_long() -> None:
    functions = (
        (path, node)
        for path in python_files("apps", "orleans_sante", "tools")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = [where(path, node) for path, node in functions if _body_length(node) > LONGEST_FUNCTION]
    assert long == []


def test_no_template_is_too_long() -> None:
    assert [where(path) for path in template_files() if _lines(path) >= LONGEST_TEMPLATE] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [where(path) for path in python_files() if path.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_locks_hold_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "index-url" not in lock


def test_dev_lock_holds_the_base_lock() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        return {line.rstrip(" \\") for line in lines if "==" in line and line[0].isalnum()}

    assert pins("base") - pins("dev") == set()
