"""E-mails that a layer above keeps from an agent: those about a file that they must not meet.

Registered in an AppConfig.ready(); the files themselves are hidden by casefiles/concealment.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.models import User

# The references hidden from a person: a queryset, for it becomes a subquery.
HiddenReferences = Callable[[User], QuerySet[Any, Any]]
# The e-mails that a person may read: a condition on OutgoingEmail.
ReadableEmails = Callable[[User], Q]

_conditions: list[ReadableEmails] = []


def limits_emails(condition: ReadableEmails) -> ReadableEmails:
    """Decorator: the e-mails that this person may read, the others are kept from them."""
    _conditions.append(condition)
    return condition


def hides_emails(source: HiddenReferences) -> HiddenReferences:
    """Decorator: the references of the files whose e-mails this person must not read."""
    limits_emails(lambda user: ~Q(related_reference__in=source(user)))
    return source


def readable_emails(user: User) -> Q:
    condition = Q()
    for limit in _conditions:
        condition &= limit(user)
    return condition
