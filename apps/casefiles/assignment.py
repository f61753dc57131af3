"""Who follows which file, and how much each agent has on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, FilteredRelation, Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles import enums
from apps.casefiles.enums import EventKind
from apps.casefiles.events import record_event
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import why_not_caseworker
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock


@dataclass(frozen=True)
class Workload:
    user: User
    pending: int


def caseworkers(programme: str) -> list[Workload]:
    """People who may follow files of a programme, with their pending files: one query."""
    users = (
        User.objects.filter(
            is_active=True,
            role_grants__role__in=(Role.CASEWORKER, Role.HEAD),
            role_grants__programme__in=("", programme),
        )
        .annotate(
            followed=FilteredRelation(
                "owned_case_files",
                condition=Q(owned_case_files__state__in=enums.PENDING_STATES),
            )
        )
        .annotate(pending=Count("followed", distinct=True))
        .order_by("last_name", "first_name")
        .distinct()
    )
    return [Workload(user, user.pending) for user in users]


def why_not_assign(user: User, case_file: CaseFile) -> str:
    """Why `user` may not say who follows this file, or ""."""
    if reason := why_not_caseworker(user, case_file):
        return reason
    if case_file.state in enums.CLOSED_STATES:
        return "Ce dossier est clos : personne n’a plus à le suivre."
    return ""


@transaction.atomic
def assign(
    *,
    case_files: Iterable[CaseFile],
    owner: User,
    actor: User,
    at: datetime | None = None,
) -> int:
    """Give files to a caseworker; return how many changed hands.

    All or nothing: raises MoveRefusedError when `actor` or `owner` lacks the right on one.
    Side effect: one event a file, not shown to the applicant.
    """
    at = at or clock.now()
    pks = sorted(case_file.pk for case_file in case_files)
    changed = 0
    for case_file in (
        CaseFile.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    ):
        if reason := why_not_assign(actor, case_file):
            raise MoveRefusedError(f"{case_file.reference} : {reason}")
        if why_not_caseworker(owner, case_file):
            raise MoveRefusedError(f"{case_file.reference} : {owner} n’instruit pas ce dispositif.")
        if case_file.owner_id == owner.pk:
            continue
        case_file.owner = owner
        case_file.version += 1
        case_file.save(update_fields=["owner", "version"])
        record_event(
            case_file,
            EventKind.ASSIGNED,
            actor=actor,
            at=at,
            is_public=False,
            payload={"label": f"Attribué à {owner}", "owner": owner.pk},
        )
        changed += 1
    return changed
