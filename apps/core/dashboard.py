"""What the back office shows on its first page: plain numbers with a link, given by each app.

An app registers functions in its AppConfig.ready(); the back office asks them all. A function
gets the signed-in person and returns only the figures that this person may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Group(IntEnum):
    """The parts of the page, in order."""

    TO_DO = 1
    COMING = 2
    TO_WATCH = 3

    @property
    def label(self) -> str:
        return {1: "À traiter", 2: "À venir", 3: "À surveiller"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line: « 3 dossiers en retard ». `value` is a number, or a date in words.

    `is_urgent` makes it stand out, with `note` to say why in words.
    """

    group: Group
    label: str
    value: int | str
    url: str
    note: str = ""
    is_urgent: bool = False

    @property
    def is_words(self) -> bool:
        """A date or an amount: longer than a count, so written smaller."""
        return isinstance(self.value, str)


FigureSource = Callable[[Any], Iterable[Figure]]
_sources: list[FigureSource] = []


def figures_from(source: FigureSource) -> FigureSource:
    """Decorator: ask `source` at each view of the first page. It takes the user; few queries."""
    _sources.append(source)
    return source


def figures_for(user: Any) -> dict[Group, list[Figure]]:
    """Every figure for `user`, by group; a group without figures is left out."""
    grouped: dict[Group, list[Figure]] = {group: [] for group in Group}
    for source in _sources:
        for figure in source(user):
            grouped[figure.group].append(figure)
    return {group: figures for group, figures in grouped.items() if figures}
