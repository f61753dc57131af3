"""What the layers above plug into the desk of the guichet (admin/): they know sessions and
payments, this package does not.

Registered in an AppConfig.ready(). Everything here is shown only to whoever may read the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile

MovePage = Callable[[CaseFile], str]


@dataclass(frozen=True, kw_only=True)
class BatchAction:
    """A button above the worklist. `url` is asked with `?dossier=<pk>` for each ticked file.

    `why_not` says why a person never may use it, "" when they may for some file at least.
    """

    label: str
    url: Callable[[], str]
    why_not: Callable[[User], str]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the file's page: a template, and what it reads (beside `case_file`, `user`)."""

    template: str
    context: Mapping[str, Any]
    in_aside: bool = False  # beside the moves, which stay in view


PanelSource = Callable[[CaseFile, User], Panel | None]
Reader = Callable[[CaseFile], None]

_move_pages: dict[str, MovePage] = {}
_batch_actions: list[BatchAction] = []
_panel_sources: list[PanelSource] = []
_joined: list[str] = []
_readers: list[Reader] = []


def makes_move(*names: str) -> Callable[[MovePage], MovePage]:
    """Decorator: the address of the page where these moves are made; "" when there is none yet.

    Raises KeyError for a move that is not in the table of moves.
    """

    def register(page: MovePage) -> MovePage:
        _move_pages.update({TRANSITIONS[name].name: page for name in names})
        return page

    return register


def move_page(case_file: CaseFile, name: str) -> str | None:
    """Where a layer above makes this move; None when none does."""
    page = _move_pages.get(name)
    return page(case_file) if page else None


def add_batch_action(action: BatchAction) -> None:
    _batch_actions.append(action)


def batch_actions(user: User) -> list[BatchAction]:
    """The buttons that this person may use."""
    return [action for action in _batch_actions if not action.why_not(user)]


def adds_panel(source: PanelSource) -> PanelSource:
    """Decorator: a part of the file's page; None when there is nothing to show. One query."""
    _panel_sources.append(source)
    return source


def joins(*relations: str) -> None:
    """Read these one-to-one relations with the file itself, for its page: no query more."""
    _joined.extend(relations)


def joined_relations() -> tuple[str, ...]:
    return tuple(_joined)


def reads_ahead(reader: Reader) -> Reader:
    """Decorator: what several panels and reasons ask for, read once and kept on the file."""
    _readers.append(reader)
    return reader


def read_ahead(case_file: CaseFile) -> None:
    """For a file that is only shown: a move reads everything anew, on the locked row."""
    for reader in _readers:
        reader(case_file)


def panels(case_file: CaseFile, user: User) -> Iterator[Panel]:
    for source in _panel_sources:
        if panel := source(case_file, user):
            yield panel
