"""Remind jurors of what they have not read yet: once, a week before the reading ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.enums import PhaseKind, ReviewStatus
from apps.juries.files import admitted_files
from apps.juries.models import Assignment, Declaration, Juror, Jury, Phase, Review
from apps.juries.models.jury import JurorQuerySet
from apps.juries.notifications import notify_reminder
from apps.juries.permissions import is_jury_open, why_not_manage_jury

REMIND_BEFORE = timedelta(days=7)
# Two reminders by hand are at least this far apart.
_PAUSE = timedelta(days=1)


def with_progress(jury: Jury) -> JurorQuerySet:
    """Each juror with `asked`, `given` and `conflicts`: one query."""
    admitted = admitted_files(jury).order_by().values("pk")
    asked = Assignment.objects.filter(juror=OuterRef("pk"), case_file__in=admitted)
    given = Review.objects.final().filter(juror=OuterRef("pk"), case_file__in=admitted)
    conflicts = Declaration.objects.conflicts().filter(juror=OuterRef("pk"))
    return (
        jury.jurors.annotate(asked=_count(asked), given=_count(given), conflicts=_count(conflicts))
        .select_related("user")
        .order_by("user__last_name", "pk")
    )


def _count(rows: QuerySet[Any, Any]) -> Coalesce:
    counted = rows.order_by().values("juror").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), Value(0))


def readings_left(juror: Juror) -> int:
    """How many of the files a juror was asked to read have no review given: one query."""
    given = juror.reviews.filter(status=ReviewStatus.FINAL).values("case_file")
    asked = juror.assignments.filter(case_file__in=admitted_files(juror.jury).order_by())
    return asked.exclude(case_file__in=given).count()


def juries_to_remind(on: date) -> list[Jury]:
    """Those whose reading ends within a week."""
    phases = Phase.objects.filter(
        kind=PhaseKind.READING, starts_on__lte=on, ends_on__range=(on, on + REMIND_BEFORE)
    )
    return [phase.jury for phase in phases.select_related("jury__campaign")]


def remind_all(*, at: datetime) -> int:
    """By the job: each juror who is late, once for each reading; how many were written to."""
    sent = 0
    for jury in juries_to_remind(clock.paris_date(at)):
        for juror in jury.jurors.active():
            sent += _remind_once(juror, at=at)
    return sent


@transaction.atomic
def _remind_once(juror: Juror, *, at: datetime) -> bool:
    locked = _lock(juror)
    if locked.reminded_at is not None:
        return False
    return _remind(locked, at=at)


def _lock(juror: Juror) -> Juror:
    return (
        Juror.objects.select_for_update(of=("self",))
        .select_related("user", "jury__campaign")
        .get(pk=juror.pk)
    )


def _remind(juror: Juror, *, at: datetime) -> bool:
    left = readings_left(juror)
    if not left or not juror.user.is_active or not is_jury_open(juror.jury):
        return False
    juror.reminded_at = at
    juror.save(update_fields=["reminded_at"])
    notify_reminder(juror, left=left)
    return True


@transaction.atomic
def remind_by_hand(*, juror: Juror, actor: User, at: datetime | None = None) -> None:
    """Write to one juror now, at most once a day. Raises MoveRefusedError."""
    at = at or clock.now()
    if reason := why_not_manage_jury(actor, juror.jury.campaign.programme):
        raise MoveRefusedError(reason)
    if not is_jury_open(juror.jury):
        raise MoveRefusedError("Le jury a arrêté son classement : il n’y a rien à rappeler.")
    locked = _lock(juror)
    if locked.reminded_at and locked.reminded_at > at - _PAUSE:
        raise MoveRefusedError("Cette personne a déjà reçu un rappel aujourd’hui.")
    if not _remind(locked, at=at):
        raise MoveRefusedError("Cette personne a tout rendu : il n’y a rien à rappeler.")
