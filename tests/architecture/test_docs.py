"""The documentation points at things that exist."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, where

PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_link_and_picture_exists() -> None:
    missing = [
        f"{where(page)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


def test_every_file_that_is_named_exists() -> None:
    """`apps/core/clock.py` and the like; patterns and examples in <brackets> are left out."""
    missing = [
        f"{where(page)}: {name}"
        for page in PAGES
        for name in re.findall(
            r"`((?:apps|docs|orleans_sante|static|templates|tests|tools)/[\w./-]+)`",
            page.read_text(encoding="utf-8"),
        )
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_every_make_target_that_is_named_exists() -> None:
    named = {
        target
        for page in PAGES
        for target in re.findall(r"\bmake ([a-z][a-z-]+)\b", page.read_text(encoding="utf-8"))
        if target in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
        or page.name == "README.md"
    }
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    assert {target for target in named if target not in targets} <= {"runs", "nothing"}
