"""Set a jury up: its phases and its members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db import IntegrityError, transaction

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import Campaign
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock
from apps.juries.declarations import declare_insiders
from apps.juries.enums import PhaseKind, ReviewStatus
from apps.juries.models import Juror, Jury, Phase
from apps.juries.notifications import notify_invitation
from apps.juries.permissions import why_not_manage_jury, why_not_sit
from apps.juries.programmes import judged_slugs


@dataclass(frozen=True, kw_only=True)
class PlannedPhase:
    """First and last day included, and what jurors see meanwhile."""

    kind: PhaseKind
    starts_on: date
    ends_on: date
    scores_shown: str
    shows_juror_names: bool
    is_anonymous: bool


def why_not_set_up(campaign: Campaign, actor: User) -> str:
    if reason := why_not_manage_jury(actor, campaign.programme):
        return reason
    if campaign.programme not in judged_slugs():
        return "Les demandes de ce dispositif ne passent pas devant un jury."
    return ""


@transaction.atomic
def set_up_jury(
    *,
    campaign: Campaign,
    reviews_per_file: int,
    actor: User,
    files_per_juror: int | None = None,
    at: datetime | None = None,
) -> Jury:
    """The jury of a campaign, made or changed. Raises MoveRefusedError."""
    if reason := why_not_set_up(campaign, actor):
        raise MoveRefusedError(reason)
    jury, _ = Jury.objects.update_or_create(
        campaign=campaign,
        defaults={"reviews_per_file": reviews_per_file, "files_per_juror": files_per_juror},
        create_defaults={
            "reviews_per_file": reviews_per_file,
            "files_per_juror": files_per_juror,
            "created_by": actor,
            "created_at": at or clock.now(),
        },
    )
    return jury


def why_not_phases(phases: Sequence[PlannedPhase]) -> list[str]:
    """Every reason against these phases: each after the one before, in the order of the work."""
    order = {kind: place for place, kind in enumerate(PhaseKind)}
    rows = sorted(phases, key=lambda phase: order[phase.kind])
    reasons = [
        f"{phase.kind.label} : la phase finit avant de commencer."
        for phase in rows
        if phase.ends_on < phase.starts_on
    ]
    reasons += [
        f"{later.kind.label} : la phase commence après la fin de « {earlier.kind.label.lower()} »."
        for earlier, later in pairwise(rows)
        if later.starts_on <= earlier.ends_on
    ]
    return reasons


@transaction.atomic
def plan_phases(*, jury: Jury, phases: Sequence[PlannedPhase], actor: User) -> None:
    """Replace the phases of a jury. Raises MoveRefusedError with every reason."""
    if reason := why_not_manage_jury(actor, jury.campaign.programme):
        raise MoveRefusedError(reason)
    if reasons := why_not_phases(phases):
        raise MoveRefusedError(*reasons)
    locked = lock_jury(jury)
    locked.phases.all().delete()
    Phase.objects.bulk_create(
        Phase(
            jury=locked,
            kind=phase.kind,
            starts_on=phase.starts_on,
            ends_on=phase.ends_on,
            scores_shown=phase.scores_shown,
            shows_juror_names=phase.shows_juror_names,
            is_anonymous=phase.is_anonymous,
        )
        for phase in phases
    )


def lock_jury(jury: Jury) -> Jury:
    """The row, locked and fresh, inside the caller's transaction."""
    return Jury.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=jury.pk)


@transaction.atomic
def seat_juror(
    *,
    jury: Jury,
    user: User,
    actor: User,
    themes: Iterable[str] = (),
    cap: int | None = None,
    at: datetime | None = None,
) -> Juror:
    """Give a member of the commission a seat, or change it; they come back as they left.

    Side effect: what ties them to a file is declared for them. Raises MoveRefusedError.
    """
    at = at or clock.now()
    programme = jury.campaign.programme
    if reason := why_not_manage_jury(actor, programme) or why_not_sit(user, programme):
        raise MoveRefusedError(reason)
    juror, _ = Juror.objects.update_or_create(
        jury=jury,
        user=user,
        defaults={"themes": list(themes), "cap": cap, "is_active": True},
        create_defaults={
            "themes": list(themes),
            "cap": cap,
            "added_by": actor,
            "added_at": at,
        },
    )
    declare_insiders(jury=jury, at=at)
    return juror


@transaction.atomic
def invite_juror(
    *,
    jury: Jury,
    email: str,
    first_name: str,
    last_name: str,
    actor: User,
    themes: Iterable[str] = (),
    cap: int | None = None,
    at: datetime | None = None,
) -> Juror:
    """Give somebody a seat by their address, with an account when they have none.

    Side effects: the role « membre de commission » for the programme, and an e-mail that says
    where to sign in. Raises MoveRefusedError.
    """
    programme = jury.campaign.programme
    if reason := why_not_manage_jury(actor, programme):
        raise MoveRefusedError(reason)
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    address, first_name=first_name.strip(), last_name=last_name.strip()
                )
        except IntegrityError as error:  # somebody signed up at the same moment
            raise MoveRefusedError("Cette adresse vient d’être créée : recommencez.") from error
    if user.has_role(Role.CASEWORKER, Role.HEAD, programme=programme) or user.is_superuser:
        raise MoveRefusedError(why_not_sit(user, programme))
    grant_role(user=user, role=Role.COMMITTEE_MEMBER, programme=programme)
    user.forget_grants()
    juror = seat_juror(jury=jury, user=user, actor=actor, themes=themes, cap=cap, at=at)
    notify_invitation(juror)
    return juror


@transaction.atomic
def remove_juror(*, juror: Juror, actor: User) -> None:
    """Take a seat away: what was asked and not read goes to others, what was given stays.

    Raises MoveRefusedError.
    """
    if reason := why_not_manage_jury(actor, juror.jury.campaign.programme):
        raise MoveRefusedError(reason)
    locked = Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)
    given = locked.reviews.filter(status=ReviewStatus.FINAL).values("case_file")
    locked.assignments.exclude(case_file__in=given).delete()
    locked.is_active = False
    locked.save(update_fields=["is_active"])
