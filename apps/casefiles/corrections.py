"""Ask for corrections, point by point, and take them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from apps.accounts.models import User
from apps.casefiles.enums import ChangeTarget
from apps.casefiles.models import CaseFile, ChangeItem, ChangeRequest, DocumentKind
from apps.casefiles.transitions import MoveRefusedError, lock, perform
from apps.core import clock


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point to correct: « task.field » or a piece's slug, its label, and why."""

    target: ChangeTarget
    key: str
    label: str
    reason: str


@transaction.atomic
def request_changes(
    *,
    case_file: CaseFile,
    actor: User,
    points: Sequence[Point],
    due_on: date,
    message: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> CaseFile:
    """Write the request and move the file to « À compléter ».

    The legal clock stops when one of the pieces is indispensable (CRPA L114-5), and runs on
    otherwise (L114-5-1). Raises MoveRefusedError, and then changes nothing.
    """
    at = at or clock.now()
    locked = lock(case_file, expected_version=expected_version)
    if reason := _why_not_request(locked, points, due_on=due_on, on=clock.paris_date(at)):
        raise MoveRefusedError(reason)
    indispensable = indispensable_pieces(locked, points)
    request = ChangeRequest.objects.create(
        case_file=locked,
        requested_by=actor,
        requested_at=at,
        due_on=due_on,
        message=message.strip(),
        stops_clock=bool(indispensable),
    )
    ChangeItem.objects.bulk_create(_item(request, point, indispensable) for point in points)
    return perform(
        locked,
        "request_changes",
        actor=actor,
        comment=message,
        at=at,
        payload={"due_on": due_on.isoformat(), "points": [point.label for point in points]},
    )


def _item(request: ChangeRequest, point: Point, indispensable: set[str]) -> ChangeItem:
    return ChangeItem(
        request=request,
        target=point.target,
        key=point.key,
        label=point.label,
        reason=point.reason.strip(),
        is_indispensable=point.target == ChangeTarget.DOCUMENT and point.key in indispensable,
    )


def _why_not_request(
    case_file: CaseFile, points: Sequence[Point], *, due_on: date, on: date
) -> str:
    if case_file.change_requests.filter(answered_at=None).exists():
        return "Des corrections sont déjà attendues pour ce dossier."
    if due_on <= on:
        return "La date de retour doit être à venir."
    if any(not point.reason.strip() for point in points):
        return "Dites pour chaque point pourquoi il est à reprendre."
    return ""


def indispensable_pieces(case_file: CaseFile, points: Sequence[Point]) -> set[str]:
    """Slugs of the pieces asked that stop the legal clock (CRPA L114-5)."""
    slugs = [point.key for point in points if point.target == ChangeTarget.DOCUMENT]
    return set(
        DocumentKind.objects.filter(
            programme=case_file.programme, is_indispensable=True, slug__in=slugs
        ).values_list("slug", flat=True)
    )


def standing_points(case_file: CaseFile) -> list[ChangeItem]:
    """The points to correct now, each with its request: one query."""
    return list(
        ChangeItem.objects.filter(
            request__case_file=case_file, request__answered_at=None
        ).select_related("request")
    )


def standing_request(case_file: CaseFile) -> ChangeRequest | None:
    """The corrections awaited now, with their points; None when there are none."""
    return case_file.change_requests.filter(answered_at=None).prefetch_related("items").first()
