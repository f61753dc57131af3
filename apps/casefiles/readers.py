"""Which case files a person reads by their roles."""

from __future__ import annotations

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.enums import CaseFileState, Channel

READER_ROLES = (Role.CASEWORKER, Role.HEAD, Role.ACCOUNTANT, Role.AUDITOR)
# What the desk sees of drafts: those that it types in itself. Its indexes say the same.
SENT = ~Q(state=CaseFileState.DRAFT) | ~Q(channel=Channel.ONLINE)


def readable_by_role(user: User) -> Q:
    """Nobody else's drafts, save those of the desk; nor what a conflict hides (concealment.py)."""
    sent = SENT & not_concealed_from(user)
    if user.is_superuser:
        return sent
    readable = _in_programmes(user.programmes_for(*READER_ROLES)) & sent
    agenda = _in_programmes(user.programmes_for(Role.COMMITTEE_MEMBER))
    return readable | (agenda & Q(state=CaseFileState.SCHEDULED) & sent)


def _in_programmes(programmes: object) -> Q:
    """Filter for the answer of `User.programmes_for`: None means every programme."""
    return Q() if programmes is None else Q(programme__in=programmes)
