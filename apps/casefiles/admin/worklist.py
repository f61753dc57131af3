"""The list agents work from: tabs with their numbers, filters, one row a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from apps.accounts.models import Rights, User
from apps.casefiles.admin.filters import QueueFilter, StateFilter, current_queue
from apps.casefiles.admin.pages import TONES, programme_label
from apps.casefiles.desk import BatchAction, batch_actions
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.permissions import why_not_export
from apps.casefiles.queues import QUEUES, queues_of
from apps.casefiles.search import read_search
from apps.core import clock
from apps.core.compiled import counts
from apps.core.paging import MOST_COUNTED, MOST_LISTED, KeysetPage, counted, said

# A page begins after a row, or ends before one (core/paging.KeysetPage).
AFTER, BEFORE = "apres", "avant"
# Column heads: label, the field it sorts by (each has an index), and whether it holds figures.
COLUMNS = (
    ("Dossier", "reference", False),
    ("Demandeur", "last_name", False),
    ("Commune", "commune", False),
    ("État", "state", False),
    ("Délai légal", "legal_due_on", False),
    ("Suivi par", "owner", False),
    ("Reçu le", "submitted_at", False),
    ("Montant", "computed_amount", True),
)
LIST_DISPLAY = tuple(field for _, field, _ in COLUMNS)
# What a line shows, of the sixty columns of a file, its commune and its agent.
_LINES = CaseFile.objects.select_related("owner", "commune").only(
    *("reference", "programme", "state", "is_fictitious", "first_name", "last_name", "erased_at"),
    *("submitted_at", "legal_due_on", "clock_stopped_on"),
    *("granted_amount", "computed_amount", "computation"),
    *("commune__name", "owner__first_name", "owner__last_name", "owner__email"),
)
SORTABLE = ("reference", "submitted_at", "legal_due_on")


@dataclass(frozen=True)
class Tab:
    label: str
    count: str
    url: str
    is_current: bool
    is_urgent: bool


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """A drop-down list of the filter form."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Head:
    label: str
    url: str  # "" when the column does not sort
    direction: str  # "ascending", "descending" or ""
    is_figure: bool


@dataclass(frozen=True)
class Row:
    case_file: CaseFile
    programme: str
    state: str
    tone: str
    days_left: int | None


def _lists(rights: Rights, on: date, *, reader: int) -> dict[str, CaseFileQuerySet]:
    """The files of each tab and of each state."""
    files = CaseFile.objects.at_desk_of(User.with_rights(reader, rights))
    states = {state: files.filter(state=state) for state in CaseFileState.values}
    return queues_of(rights, tuple(QUEUES), on, reader=reader) | states


class Worklist(ChangeList):
    """Django's change list, with what our template draws."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.user: Any = request.user
        self.title = "Dossiers"
        filters: Any = self.filter_specs  # all of them are SimpleListFilter
        self.specs = {spec.parameter_name: spec for spec in filters}
        self.queue = current_queue(request)
        self.counts = self._count()

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """The files that answer; `parts` are the same, each list by its own index."""
        listed: Any = super().get_queryset(request, exclude_parameters)
        self.search = read_search(self.query)
        self.parts = [listed.filter(way) for way in self.search.ways]
        return listed.filter(self.search.condition)

    def get_filters_params(self, params: Any = None) -> Any:
        """The address without what places the page: the rest must be filters."""
        asked = super().get_filters_params(params)
        return {name: value for name, value in asked.items() if name not in (AFTER, BEFORE)}

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """By one column, then by key: what a page's place says."""
        asked = str(super().get_ordering(request, queryset)[0])
        if asked.removeprefix("-") not in SORTABLE:
            [asked] = self.model_admin.get_ordering(request)
        return [asked, "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """One page, and a count that stops: none of the two grows with the number of files."""
        files: Any = self.queryset
        order = self.get_ordering(request, files)[0]
        self.page = KeysetPage(
            files,
            lines=_LINES,
            order=order,
            size=self.list_per_page,
            after=request.GET.get(AFTER, ""),
            before=request.GET.get(BEFORE, ""),
            most_counted=MOST_COUNTED if self.query else 0,
            parts=self.parts,
            head=self.search.head if order == "-submitted_at" else None,
        )
        self.result_list = self.page.rows
        # Who found more than a hundred files looks for one of them: told apart, not counted.
        self.list_count = (
            self.page.counted()
            if self.query
            else counted(files, most=MOST_LISTED, reckon=self._plain(request))
        )
        self.result_count = self.list_count.number
        self.multi_page = bool(self.page.previous or self.page.next)

    def _plain(self, request: HttpRequest) -> CaseFileQuerySet:
        """This list as PostgreSQL can reckon it: without what hides a few files from a person."""
        user: Any = request.user
        files = CaseFile.objects.in_scope_of(user)
        for spec in self.filter_specs:
            narrowed: Any = spec.queryset(request, files)
            files = narrowed
        return files

    def _count(self) -> dict[str, str]:
        """Files a tab and a state, for everything this person sees: one query."""
        found = counts(
            _lists,
            self.user.rights,
            clock.today(),
            limit=MOST_COUNTED + 1,
            reader=self.user.pk,
        )
        return {name: said(count, most=MOST_COUNTED) for name, count in found.items()}

    def tabs(self) -> Iterator[Tab]:
        for slug, queue in QUEUES.items():
            yield Tab(
                label=queue.label,
                count=self.counts[slug],
                url=self._address({QueueFilter.parameter_name: slug}, remove=["etat"]),
                is_current=queue == self.queue,
                is_urgent=slug == "en-retard" and self.counts[slug] != "0",
            )

    def choices(self) -> Iterator[Choice]:
        for name, spec in self.specs.items():
            if name == QueueFilter.parameter_name:
                continue
            options = [Option("", "Tous", not spec.value())]
            for value, label in spec.lookup_choices:
                number = f" ({self.counts[value]})" if isinstance(spec, StateFilter) else ""
                options.append(Option(value, f"{label}{number}", spec.value() == value))
            yield Choice(name, str(spec.title), options)

    @property
    def is_filtered(self) -> bool:
        """Whether a filter other than the tab is set."""
        return any(
            spec.value() for name, spec in self.specs.items() if name != QueueFilter.parameter_name
        )

    @property
    def chosen_queue(self) -> str:
        """The tab asked for in the address, kept by the filter form; "" for the usual one."""
        return self.specs[QueueFilter.parameter_name].value() or ""

    def heads(self) -> Iterator[Head]:
        ordered = self.get_ordering_field_columns()
        for index, (label, field, is_figure) in enumerate(COLUMNS):
            direction = {"asc": "ascending", "desc": "descending"}.get(ordered.get(index, ""), "")
            url = ""
            if field in SORTABLE:
                order = f"-{index}" if direction == "ascending" else str(index)
                url = self._address({ORDER_VAR: order})
            yield Head(label, url, direction, is_figure)

    @cached_property
    def rows(self) -> list[Row]:
        today = clock.today()
        return [
            Row(
                case_file=case_file,
                programme=programme_label(case_file.programme),
                state=case_file.get_state_display(),
                tone=TONES[case_file.state],
                days_left=case_file.days_left(today),
            )
            for case_file in self.result_list
        ]

    @cached_property
    def batch_actions(self) -> list[BatchAction]:
        return batch_actions(self.user)

    @property
    def first_url(self) -> str:
        return self._address({}) if self.page.previous else ""

    @property
    def previous_url(self) -> str:
        return self._address({BEFORE: self.page.previous}) if self.page.previous else ""

    @property
    def next_url(self) -> str:
        return self._address({AFTER: self.page.next}) if self.page.next else ""

    @property
    def export_url(self) -> str:
        """The sheet of this list; "" for whoever may not take it away."""
        if why_not_export(self.user):
            return ""
        return reverse("admin:casefiles_casefile_export") + self._address({})

    def _address(self, new: dict[str, Any], remove: list[str] | None = None) -> str:
        """This list with something else asked for, from its first page on."""
        return self.get_query_string(new, remove=[AFTER, BEFORE, *(remove or ())])
