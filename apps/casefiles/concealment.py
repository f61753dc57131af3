"""Files that a layer above hides from a person, whatever their roles.

A juror with a conflict of interests must not meet the file again, at the desk either: every
query of the files that `user` may read asks here. The person's own requests stay theirs.
Registered in an AppConfig.ready().
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import User

# The primary keys of the files hidden from a person: a queryset, for it becomes a subquery.
HiddenFiles = Callable[[User], QuerySet[Any, Any]]

_sources: list[HiddenFiles] = []


def conceals(source: HiddenFiles) -> HiddenFiles:
    """Decorator: the keys of the files that this person must not meet."""
    _sources.append(source)
    return source


def not_concealed_from(user: User, field: str = "pk") -> Q:
    """Condition on `field`, a case file's key: met by what nobody hides from `user`."""
    condition = Q()
    for source in _sources:
        condition &= ~Q(**{f"{field}__in": source(user)})
    return condition
