"""What a programme tells the shared engine, and the registry of programmes.

A programme answers questions; it never moves a file. Each one registers itself in its
AppConfig.ready(). This package names none of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from apps.accounts.models import User
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.eligibility import Eligibility
from apps.casefiles.enums import GUICHET_CHANNELS, DecisionRoute
from apps.casefiles.lifecycle import Transition
from apps.casefiles.models import Campaign, CaseFile, DocumentKind
from apps.casefiles.task_list import Answer, Task

# Condition of a piece that only a request typed in by an agent has: the scan of the paper form.
PAPER_FORM = "saisie-au-guichet"


class Programme(ABC):
    slug: ClassVar[str]  # stored in CaseFile.programme and used in addresses
    label: ClassVar[str]  # what people read
    summary: ClassVar[str]  # one sentence for the list of aids
    reference_prefix: ClassVar[str]  # three letters: « ABC » gives ABC-2026-00042-X
    detail_related_name: ClassVar[str]  # the OneToOne detail's accessor on CaseFile
    # What the answers name beside the detail, read with it: « theme ».
    detail_joins: ClassVar[tuple[str, ...]] = ()
    decided_by: ClassVar[DecisionRoute]
    minutes_to_apply: ClassVar[int]
    # Whether several people may fill a draft in; its pages are then saved as they are typed.
    takes_co_editors: ClassVar[bool] = False
    # Who is asked for a piece, by its `condition`: « si vous avez une autre aide ».
    piece_conditions: ClassVar[Mapping[str, str]] = {}

    @property
    def address(self) -> str:
        """Of its public page."""
        return f"/aides/{self.slug}/"

    @abstractmethod
    def start(self, case_file: CaseFile, initial: dict[str, Any]) -> None:
        """Create the detail row of a new draft, with answers carried over from a simulation."""

    @abstractmethod
    def tasks(self, case_file: CaseFile) -> Sequence[Task]:
        """The programme's own pages, in order (the common ones are in forms.py)."""

    @abstractmethod
    def answers(self, case_file: CaseFile) -> Sequence[Answer]:
        """Every answer given, in words, in the order of the tasks."""

    @abstractmethod
    def assess(self, case_file: CaseFile, *, on: date) -> Eligibility:
        """What the rules say on a day; frozen facts are read where the file has them."""

    @abstractmethod
    def compute_amount(self, case_file: CaseFile, *, on: date) -> AmountBreakdown:
        """The amount with its lines, by the rates in force on a day."""

    def campaign(self, at: datetime) -> Campaign | None:
        """The period that a request begun at this instant belongs to; None: always open."""
        return None

    def why_not_start(self, at: datetime) -> str:
        """Why no request may be begun at this instant, in French."""
        return ""

    def why_not_receive(self, case_file: CaseFile, *, at: datetime) -> str:
        """Why a request that arrives at this instant comes too early or too late, in French."""
        return ""

    def before_freeze(self, case_file: CaseFile, *, on: date) -> None:
        """Keep the outside facts (a zone, a distance) that count on the day of the request."""
        return

    def facts(self, case_file: CaseFile) -> dict[str, Any]:
        """What a decision freezes beside its lines (zone, date…), as plain JSON."""
        return {}

    def add_reference_rows(self, rows: Mapping[str, Any]) -> int:
        """Add what is missing in tables of its own, from its file of reference rows: how many."""
        return 0

    def needs_document(self, case_file: CaseFile, kind: DocumentKind) -> bool:
        """Whether a piece is asked for this file; the programme knows its own `condition`s."""
        if kind.condition == PAPER_FORM:
            return case_file.channel in GUICHET_CHANNELS
        return not kind.condition

    def find_by_number(self, digits: str) -> Sequence[int]:
        """Ids of the files that bear this number of the programme's own (RPPS, SIRET): 1 query."""
        return ()

    def blockers(self, case_file: CaseFile, transition: Transition) -> Sequence[str]:
        """Reasons of the programme's own against a move, in French."""
        return ()

    def after(self, case_file: CaseFile, transition: Transition, *, actor: User | None) -> None:
        """Start what the move implies; runs in the move's transaction."""
        return


class ProgrammeRegistry:
    """The programmes by slug, in the order of registration."""

    def __init__(self) -> None:
        self._programmes: dict[str, Programme] = {}

    def register(self, programme_class: type[Programme]) -> type[Programme]:
        """Class decorator. Raises ValueError for a slug or prefix that is taken."""
        programme = programme_class()
        for other in self:
            if programme.slug == other.slug or programme.reference_prefix == other.reference_prefix:
                raise ValueError(f"{programme_class.__name__}: slug or prefix already taken")
        self._programmes[programme.slug] = programme
        return programme_class

    def detail_relations(self, reference: str = "") -> list[str]:
        """To read with a file everything that its answers are made of: no query more.

        Of the file of this reference, or of any: each joined table costs as much as a query.
        """
        prefix = reference.partition("-")[0]
        return [
            f"{programme.detail_related_name}{also}"
            for programme in self
            if prefix in ("", programme.reference_prefix)
            for also in ("", *(f"__{join}" for join in programme.detail_joins))
        ]

    def __getitem__(self, slug: str) -> Programme:
        return self._programmes[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._programmes

    def __iter__(self) -> Iterator[Programme]:
        return iter(self._programmes.values())

    def get(self, slug: str) -> Programme | None:
        return self._programmes.get(slug)

    def choices(self) -> list[tuple[str, str]]:
        return [(programme.slug, programme.label) for programme in self]


programmes = ProgrammeRegistry()
