"""What each table keeps about people, said once by its own app.

Erasure, the copy that a person asks for, the register of processing and the staging copy all read
it. Registered in an AppConfig.ready(), from the app's personal_data.py; a test reads the models and
fails when a table that leads to a person neither joins nor says why not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Case, CharField, F, Model, QuerySet, Value, When

# What stands for words that a constraint wants and that nobody may read any more.
ERASED = "Effacé"


class Subject(Enum):
    """Whom a row is about."""

    CASE_FILE = "case_file"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One line of the register of processing (GDPR, article 30), in French."""

    label: str
    purpose: str
    basis: str
    people: str
    readers: str


@dataclass(frozen=True, kw_only=True)
class PersonalTable:
    """One table. `about` is the look-up from a row to its subject, compared with its `key`.

    Once erased, the row goes (`deletes`), or stays with `blanks` written over: field → value or
    expression; the column `stamp` then holds the instant. Files that a row points to lose their
    bytes either way. A table goes with its file or its account; `rule` is the code of the rule
    (core.retention) that ends it by itself, which a table must name when its rows may be about
    somebody without an account, or say in French why none does (`endless`). With `is_use`, a row
    shows that its person still needs the account. `withheld` says why the person's copy leaves the
    table out, in French; `hidden` names the columns that it leaves out.
    """

    model: type[Model]
    activity: Activity
    about: str
    key: str = "pk"
    subject: Subject = Subject.CASE_FILE
    deletes: bool = False
    blanks: Mapping[str, Any] = field(default_factory=dict)
    stamp: str = ""
    rule: str = ""
    endless: str = ""
    is_use: bool = False
    withheld: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        name = str(self.model._meta.verbose_name_plural)  # noqa: SLF001 - documented by Django
        return name[0].upper() + name[1:]

    @property
    def goes_with_account(self) -> bool:
        """Whether each of its rows is about somebody who has an account."""
        if self.subject != Subject.PERSON or self.key != "pk":
            return False
        model: Any = self.model
        for name in () if self.about == "pk" else self.about.split("__"):
            column = model._meta.get_field(name)  # noqa: SLF001 - documented by Django
            if column.null:
                return False
            model = column.related_model
        return True

    def rows_about(self, subject: Model) -> QuerySet[Any]:
        rows = self.model._base_manager.all()  # noqa: SLF001 - what a manager hides counts too
        return rows.filter(**{self.about: getattr(subject, self.key)})


_tables: list[PersonalTable] = []
_exceptions: dict[type[Model], str] = {}


def keeps_personal_data(*tables: PersonalTable) -> None:
    _tables.extend(tables)


def names_nobody(because: str, *models: type[Model]) -> None:
    """These tables lead to a person and keep nothing about them: an agent's own work, say."""
    _exceptions.update(dict.fromkeys(models, because))


def tables(*subjects: Subject) -> Iterator[PersonalTable]:
    """In the order of registration; without `subjects`, all of them."""
    return (table for table in _tables if not subjects or table.subject in subjects)


def exceptions() -> Mapping[type[Model], str]:
    return _exceptions


def erased_words(name: str) -> Case:
    """For `blanks`: empty words stay empty, the others are replaced by one that says nothing."""
    return Case(When(**{name: ""}, then=F(name)), default=Value(ERASED), output_field=CharField())
