"""The history that pghistory keeps of a row, in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Field, Model
from pghistory.core import event_models

from apps.core.dates import format_date, format_datetime
from apps.core.periods import format_period

_ACTIONS = {"insert": "Création", "update": "Modification", "delete": "Suppression"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that changed; an empty text for no value."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Version:
    at: datetime
    actor: str  # "" for a change made outside a request: a loader, a migration
    action: str
    changes: tuple[Change, ...]


def versions(instance: Model) -> list[Version]:
    """What happened to a tracked row, newest first; two queries. Empty when it is not tracked."""
    models: list[Any] = event_models(tracks_model=type(instance))
    if not models:
        return []
    events = list(
        models[0]
        .objects.filter(pgh_obj_id=instance.pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    people = get_user_model().objects.in_bulk(
        {pk for event in events if (pk := _actor_id(event)) is not None}
    )
    options = instance._meta  # noqa: SLF001 - Django documents this interface
    fields = [field for field in options.concrete_fields if hasattr(models[0], field.name)]
    history, previous = [], None
    for event in events:
        history.append(
            Version(
                at=event.pgh_created_at,
                actor=str(people.get(_actor_id(event), "")),
                action=_ACTIONS.get(event.pgh_label, event.pgh_label),
                changes=_changes(fields, previous, event),
            )
        )
        previous = event
    return history[::-1]


def forget_versions(model: type[Model], keys: Collection[Any]) -> None:
    """Remove the history of rows that were emptied or deleted because nobody may be named there."""
    for events in event_models(tracks_model=model):
        events._default_manager.filter(pgh_obj_id__in=keys).delete()  # noqa: SLF001 - Django's


def _actor_id(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _changes(
    fields: Sequence[Field[Any, Any]], before: Model | None, after: Model
) -> tuple[Change, ...]:
    changes = []
    for field in fields:
        if field.primary_key:
            continue
        old = "" if before is None else field_text(field, before)
        new = field_text(field, after)
        if old != new:
            changes.append(Change(label=str(field.verbose_name), before=old, after=new))
    return tuple(changes)


def field_text(field: Field[Any, Any], row: Model) -> str:
    """The value as people write it."""
    value = getattr(row, field.attname)
    labels = dict(getattr(field, "base_field", field).flatchoices)
    match value:
        case None:
            text = ""
        case bool():
            text = "Oui" if value else "Non"
        case datetime():
            text = format_datetime(value)
        case date():
            text = format_date(value)
        case DateRange():
            text = format_period(value)
        case dict() | [dict(), *_]:
            text = json.dumps(value, ensure_ascii=False)
        case list():
            text = ", ".join(str(labels.get(item, item)) for item in value)
        case _:
            text = str(labels.get(value, value))
    return text
