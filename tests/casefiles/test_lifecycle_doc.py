from __future__ import annotations

from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.management.commands.lifecycle_doc import PATH, WHO, document


def test_page_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "Run `manage.py lifecycle_doc`."


def test_page_names_everyone_who_moves() -> None:
    assert WHO.keys() == {move.permission for move in TRANSITIONS.values()}


def test_page_has_one_row_a_move() -> None:
    rows = [line for line in document().splitlines() if line.startswith("| `") and "→" in line]
    assert len(rows) == len(TRANSITIONS) == 18
