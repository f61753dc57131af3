"""Which case files a person reads by their roles."""

from __future__ import annotations

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.enums import CaseFileState, Channel

READER_ROLES = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)


def _sent(prefix: str) -> Q:
    return ~Q(**{f"{prefix}state": CaseFileState.DRAFT}) | ~Q(
        **{f"{prefix}channel": Channel.ONLINE}
    )


# What the desk sees of drafts: those that it types in itself. Its indexes say the same.
SENT = _sent("")


def readable_by_role(user: User) -> Q:
    """Nobody else's drafts, save those of the desk; nor what a conflict hides (concealment.py)."""
    return _readable(user, "")


def at_desk(user: User, field: str) -> Q:
    """Condition on the files that the guichet shows to `user`, for rows that hang on one.

    `field` leads to the file: « case_file ». One join, where a subquery of the files would join
    them again for each row of a list.
    """
    if not user.is_staff:
        return Q(pk__in=())
    return _readable(user, f"{field}__") & ~Q(**{f"{field}__applicant": user})


def in_scope(user: User) -> Q:
    """About the same as `readable_by_role`, of columns alone: what hides a few files is left out.

    For a count that is about, never to show files.
    """
    return _in_roles(user, "", SENT)


def _readable(user: User, prefix: str) -> Q:
    return _in_roles(user, prefix, _sent(prefix) & not_concealed_from(user, f"{prefix}pk"))


def _in_roles(user: User, prefix: str, sent: Q) -> Q:
    if user.is_superuser:
        return sent
    readable = _in_programmes(user.programmes_for(*READER_ROLES), prefix) & sent
    agenda = _in_programmes(user.programmes_for(Role.COMMITTEE_MEMBER), prefix)
    return readable | (agenda & Q(**{f"{prefix}state": CaseFileState.SCHEDULED}) & sent)


def _in_programmes(programmes: object, prefix: str) -> Q:
    """Filter for the answer of `User.programmes_for`: None means every programme."""
    return Q() if programmes is None else Q(**{f"{prefix}programme__in": programmes})
