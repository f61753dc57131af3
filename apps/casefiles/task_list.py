"""The task list of a long form: statuses are computed from the draft row, never stored.

One ModelForm a page. A task is done when every field that it needs has a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model
from django.forms import ModelForm

from apps.casefiles.models import CaseFile


class TaskStatus(StrEnum):
    TODO = "todo"
    STARTED = "started"
    DONE = "done"

    @property
    def label(self) -> str:
        return {"todo": "À faire", "started": "Commencée", "done": "Terminée"}[self.value]

    @property
    def tone(self) -> str:
        """Of its chip (docs/components.md)."""
        return {"todo": "", "started": "todo", "done": "ok"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer as people read it: on « Vérifier et envoyer », at the desk, in corrections.

    `key` (« task.field ») identifies it in a request for corrections.
    """

    key: str
    label: str
    value: str


def yes_no(value: bool | None) -> str:
    """The answer to a closed question, in words; empty while there is none."""
    return "" if value is None else ("Oui" if value else "Non")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One page of the form.

    `get_instance` returns the row that the page edits (the case file or its detail).
    `required` returns the names of the fields that must be answered, given that row: a
    question may make another one necessary.
    """

    slug: str
    label: str
    form_class: type[ModelForm]
    get_instance: Callable[[CaseFile], Model]
    required: Callable[[Model], Sequence[str]]
    hint: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.form_class.base_fields)

    def missing(self, case_file: CaseFile) -> list[str]:
        """Names of the required fields without an answer."""
        instance = self.get_instance(case_file)
        return [name for name in self.required(instance) if _is_blank(instance, name)]

    def status(self, case_file: CaseFile) -> TaskStatus:
        missing = self.missing(case_file)
        if not missing:
            return TaskStatus.DONE
        instance = self.get_instance(case_file)
        started = any(not _is_blank(instance, name) for name in self.fields)
        return TaskStatus.STARTED if started else TaskStatus.TODO


def minutes_left(minutes: int, *, done: int, total: int) -> int:
    """Minutes that the pages left to fill may take, out of `minutes` for all of them."""
    return -(-minutes * (total - done) // total)


def _is_blank(instance: Model, name: str) -> bool:
    # A foreign key is answered when its column is: the related row need not be read.
    value = getattr(instance, f"{name}_id", None)
    return (getattr(instance, name) if value is None else value) in (None, "")
