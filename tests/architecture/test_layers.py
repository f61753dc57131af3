"""What import-linter (`make layers`) cannot say about who may know what."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.source import APPS, nodes, python_files, where

# Rules over plain values: they can be read, typed and tested without a database.
PURE_MODULES = (
    *("core/money.py", "core/dates.py", "core/identifiers.py"),
    *("casefiles/lifecycle.py", "casefiles/legal_clock.py"),
    *("awards/compatibility.py", "awards/repayment.py", "awards/schedule.py"),
    *("programmes/*/amounts.py", "programmes/*/eligibility.py"),
)
IMPURE = re.compile(r"^(django\.(db|contrib|core|http|shortcuts|template|conf)|apps\..*\.models)\b")
PROGRAMMES = re.compile(r"installation|bursar|internship|innovation", re.IGNORECASE)
THE_CLOCK = APPS / "core" / "clock.py"
READS_THE_CLOCK = re.compile(
    r"\b(timezone\.(now|localdate|localtime)|datetime\.(now|utcnow|today)|date\.today)\("
    r"|default=(timezone\.now|date\.today|datetime\.now)\b"
)
KNOW_CASE_FILES = ("casefiles", "awards", "programmes", "portal", "backoffice", "demo")
THE_ENGINE = APPS / "casefiles" / "transitions.py"


def _imports(path: Path) -> list[str]:
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_pure_modules_import_no_orm() -> None:
    pure = [path for pattern in PURE_MODULES for path in APPS.glob(pattern)]
    assert len(pure) >= 3
    impure = [
        f"{where(path)} imports {name}"
        for path in pure
        for name in _imports(path)
        if IMPURE.match(name)
    ]
    assert impure == []


def test_casefiles_names_no_programme() -> None:
    named = [
        f"{where(path, number)}: {line.strip()}"
        for path in python_files("apps/casefiles")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if PROGRAMMES.search(line)
    ]
    assert named == []


def test_only_the_clock_reads_the_time() -> None:
    read = [
        f"{where(path, number)}: {line.strip()}"
        for path in python_files("apps")
        if path != THE_CLOCK
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if READS_THE_CLOCK.search(line)
    ]
    assert read == []


def _writes_state(node: ast.AST) -> bool:
    """`x.state = …`, `.update(state=…)` or `update_fields=["state", …]`."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(target, ast.Attribute) and target.attr == "state" for target in targets
        )
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "update":
        return any(keyword.arg == "state" for keyword in node.keywords)
    return node.func.attr == "save" and any(
        keyword.arg == "update_fields" and '"state"' in ast.unparse(keyword.value).replace("'", '"')
        for keyword in node.keywords
    )


def test_only_the_engine_writes_a_state() -> None:
    written = [
        where(path, node)
        for path in python_files(*(f"apps/{name}" for name in KNOW_CASE_FILES))
        if path != THE_ENGINE
        for node in nodes(path)
        if _writes_state(node)
    ]
    assert written == []
