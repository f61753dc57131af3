"""What the layers above show on the applicant's own page: they know agreements and payments,
this package does not. The desk's counterpart is desk.py.

Registered in an AppConfig.ready(); shown to whoever may open the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.expressions import Combinable

from apps.casefiles.models import CaseFile


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that is now the applicant's turn, shown first on the page."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page, below the decision: a template that reads `section` and `case_file`.

    The first action of all sections is the page's main button.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()


SectionSource = Callable[[CaseFile], Section | None]

_sources: list[SectionSource] = []
_draft_sources: list[SectionSource] = []
_joined: list[str] = []
_facts: dict[str, Combinable] = {}


def adds_section(source: SectionSource) -> SectionSource:
    """Decorator: a part of the applicant's page; None when there is nothing to show."""
    _sources.append(source)
    return source


def adds_to_draft(source: SectionSource) -> SectionSource:
    """Decorator: a part of the draft's page, below its tasks."""
    _draft_sources.append(source)
    return source


def joins(*relations: str) -> None:
    """Read these one-to-one relations with the file itself, for a section: no query more."""
    _joined.extend(relations)


def joined_relations() -> tuple[str, ...]:
    return tuple(_joined)


def adds_fact(name: str, expression: Combinable) -> None:
    """Read this with the file itself too, at the desk as well: the attribute `name` of it."""
    _facts[name] = expression


def facts() -> dict[str, Combinable]:
    return dict(_facts)


def sections(case_file: CaseFile) -> Iterator[Section]:
    """In the order of registration."""
    return _shown(_sources, case_file)


def draft_sections(case_file: CaseFile) -> Iterator[Section]:
    return _shown(_draft_sources, case_file)


def _shown(sources: Iterable[SectionSource], case_file: CaseFile) -> Iterator[Section]:
    for source in sources:
        if section := source(case_file):
            yield section
