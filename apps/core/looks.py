"""Searches for somebody at the desk: told to whoever keeps who looked at what (apps/casefiles).

A list says that its rows are people's by `searches_people` (core.admin); the words searched for are
not told: they may be somebody's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The signed-in agent, and the name of the list.
Keeper = Callable[[Any, str], None]

_keepers: list[Keeper] = []


def keeps_searches(keeper: Keeper) -> Keeper:
    """Decorator: called in the request of each search."""
    _keepers.append(keeper)
    return keeper


def note_search(user: Any, where: str) -> None:
    for keeper in _keepers:
        keeper(user, where)
