"""The repository's own files, as the architecture tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"
TEMPLATES = ROOT / "templates"
_CODE_FOLDERS = ("apps", "orleans_sante", "tools", "tests")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Python files below `folders` (all of ours by default), migrations left out."""
    found = (path for folder in folders or _CODE_FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path for path in found if "migrations" not in path.parts))


@cache
def template_files() -> tuple[Path, ...]:
    found = (path for path in TEMPLATES.rglob("*") if path.is_file())
    return tuple(sorted(found))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(path))


def where(path: Path, line: int | ast.AST = 0) -> str:
    number = getattr(line, "lineno", line)
    return f"{path.relative_to(ROOT)}:{number}" if number else str(path.relative_to(ROOT))
