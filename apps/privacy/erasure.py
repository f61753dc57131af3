"""Erase what names somebody in a file or an account, and keep the anonymous figures.

What goes and what stays is said by each table (core.personal_data). The story of a file stays
verifiable: see docs/decisions/0034-a-chained-log.md and 0038-erasure.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import ForeignKey, Model, QuerySet
from pghistory.core import event_models
from pghistory.models import Context

from apps.accounts.models import User
from apps.accounts.retention import UNUSED
from apps.accounts.sessions import end_sessions
from apps.casefiles.enums import EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.core.personal_data import PersonalTable, Subject, tables
from apps.files.models import StoredFile
from apps.files.storage import erase_file, forget_file
from apps.privacy.enums import DeletionCause
from apps.privacy.models import DeletionRecord, RetentionRun


def reference_digest(reference: str) -> str:
    """What the register keeps of a reference: whoever holds the letter can ask for it."""
    return sha256(reference.encode()).hexdigest()


@transaction.atomic
def erase_case_file(
    case_file: CaseFile,
    *,
    rule: str,
    label: str,
    cause: DeletionCause,
    at: datetime,
    run: RetentionRun | None = None,
) -> DeletionRecord | None:
    """Erase a file; None when it is done already.

    Side effects: rows and histories emptied or deleted as their tables say, the bytes of its
    files gone once committed, its last event « erased », a line in the register. State, dates,
    amounts and budget years stay: every sum is what it was.
    """
    locked = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    if locked.erased_at:
        return None
    people = {person for person in (locked.applicant_id,) if person}
    people |= set(locked.co_editors.exclude(user=None).values_list("user", flat=True))
    # Guards against changes of what was settled, and histories of what is being forgotten.
    with pgtrigger.ignore():
        file_count = _erase(list(tables(Subject.CASE_FILE)), locked, people=people, at=at)
    record_event(locked, EventKind.ERASED, actor=None, at=at)
    return DeletionRecord.objects.create(
        run=run,
        rule=rule,
        label=label,
        cause=cause,
        at=at,
        file_count=file_count,
        reference_digest=reference_digest(locked.reference),
    )


@transaction.atomic
def erase_account(
    user: User, *, at: datetime, cause: DeletionCause, run: RetentionRun | None = None
) -> DeletionRecord:
    """Close an account and empty it; its number stays, for the acts that it signed.

    Side effects: as for a file; every session ends.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    end_sessions(user=locked)
    with pgtrigger.ignore():
        file_count = _erase(list(tables(Subject.PERSON)), locked, people={locked.pk}, at=at)
    return DeletionRecord.objects.create(
        run=run, rule=UNUSED, label="Compte", cause=cause, at=at, file_count=file_count
    )


def _erase(
    chosen: Sequence[PersonalTable], subject: Model, *, people: Iterable[int], at: datetime
) -> int:
    """How many stored files lost their bytes."""
    doomed = [table for table in chosen if table.deletes]
    emptied = [table for table in chosen if table.blanks]
    deleted_files, kept_files = _files(doomed, subject), _files(emptied, subject)
    for table in chosen:
        _forget_history(table.model, table.rows_about(subject), people)
    for table in _children_first(doomed):
        table.rows_about(subject).delete()
    # The subject last: its own columns lead to the other rows.
    for table in sorted(emptied, key=lambda table: table.model is type(subject)):
        stamp = {table.stamp: at} if table.stamp else {}
        table.rows_about(subject).update(**table.blanks, **stamp)
    for stored in StoredFile.objects.filter(pk__in=deleted_files):
        forget_file(stored)
    for stored in StoredFile.objects.filter(pk__in=kept_files, erased_at=None):
        erase_file(stored, at=at)
    return len(deleted_files) + len(kept_files)


def _files(chosen: Iterable[PersonalTable], subject: Model) -> set[Any]:
    """Primary keys of the stored files that these rows point to."""
    found: set[Any] = set()
    for table in chosen:
        for column in file_columns(table.model):
            rows = table.rows_about(subject).exclude(**{column: None})
            found |= set(rows.values_list(column, flat=True))
    return found


def file_columns(model: type[Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields  # noqa: SLF001 - documented by Django
        if isinstance(field, ForeignKey) and field.related_model is StoredFile
    ]


def _children_first(chosen: Sequence[PersonalTable]) -> list[PersonalTable]:
    """A row goes before the one that it points to."""
    ordered: list[PersonalTable] = []
    waiting = list(chosen)
    while waiting:
        pointed_at = {
            field.related_model
            for table in waiting
            for field in table.model._meta.concrete_fields  # noqa: SLF001
            if isinstance(field, ForeignKey) and field.related_model is not table.model
        }
        free = [table for table in waiting if table.model not in pointed_at]
        ordered += free
        waiting = [table for table in waiting if table.model in pointed_at]
        if not free:
            raise ValueError(f"These tables point at each other: {waiting}")
    return ordered


def _forget_history(model: type[Model], rows: QuerySet[Any], people: Iterable[int]) -> None:
    """The versions that pghistory kept, and where these people appear as their authors."""
    for events in event_models(tracks_model=model):
        versions = events._default_manager.filter(  # noqa: SLF001 - Django's
            pgh_obj_id__in=list(rows.values_list("pk", flat=True))
        )
        contexts = set(versions.exclude(pgh_context=None).values_list("pgh_context", flat=True))
        versions.delete()
        Context.objects.filter(pk__in=contexts, metadata__user__in=list(people)).update(metadata={})
