"""E-mails that a layer above hides from an agent: those about a file that they must not meet.

Registered in an AppConfig.ready(); the files themselves are hidden by casefiles/concealment.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import User

# The references hidden from a person: a queryset, for it becomes a subquery.
HiddenReferences = Callable[[User], QuerySet[Any, Any]]

_sources: list[HiddenReferences] = []


def hides_emails(source: HiddenReferences) -> HiddenReferences:
    """Decorator: the references of the files whose e-mails this person must not read."""
    _sources.append(source)
    return source


def readable_emails(user: User) -> Q:
    condition = Q()
    for source in _sources:
        condition &= ~Q(related_reference__in=source(user))
    return condition
