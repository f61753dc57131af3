"""Scenarios: what a head tries over the waiting files. Nothing here touches a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Scenario, ScenarioLine
from apps.awards.permissions import why_not_manage_envelope
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import Campaign, CaseFile
from apps.casefiles.models.casefile import CaseFileQuerySet
from apps.casefiles.transitions import MoveRefusedError
from apps.core import clock

# From the request to the agenda: what nobody has decided yet.
WAITING_STATES = (
    *(CaseFileState.SUBMITTED, CaseFileState.INCOMPLETE, CaseFileState.UNDER_REVIEW),
    *(CaseFileState.PROPOSED, CaseFileState.SCHEDULED),
)
# By case file: the choice (None: still to be seen) and, for a yes, its euros.
Choices = Mapping[int, tuple[ProvisionalChoice | None, Decimal | None]]


class StaleScenarioError(MoveRefusedError):
    """Saved from another page since it was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Ce scénario a changé depuis que vous avez ouvert cette page. "
            "Relisez vos choix, puis enregistrez de nouveau."
        )


def waiting_files(user: User, programme: str) -> CaseFileQuerySet:
    """The files that a scenario is about, the oldest request first: the order of the money."""
    return (
        CaseFile.objects.at_desk_of(user)
        .filter(programme=programme, state__in=WAITING_STATES)
        .select_related("commune")
        .prefetch_related("decisions")
        .order_by("submitted_at", "pk")
    )


def usual_amount(case_file: CaseFile) -> Decimal | None:
    """What a yes would grant: the proposal, else what the rules compute; None when unset."""
    decision = case_file.decision
    if decision and decision.amount is not None:
        return decision.amount
    return case_file.computed_amount


@transaction.atomic
def create_scenario(
    *,
    name: str,
    programme: str,
    year: int,
    actor: User,
    campaign: Campaign | None = None,
    at: datetime | None = None,
) -> Scenario:
    """An empty scenario; with `campaign`, the order of its choices is a ranking.

    Raises MoveRefusedError for who is no head, or a name already taken.
    """
    if reason := why_not_manage_envelope(actor, programme):
        raise MoveRefusedError(reason)
    return _insert(
        Scenario(
            owner=actor,
            programme=programme,
            year=year,
            campaign=campaign,
            name=name.strip(),
            changed_at=at or clock.now(),
        )
    )


@transaction.atomic
def save_scenario(
    *,
    scenario: Scenario,
    choices: Choices,
    actor: User,
    expected_version: int,
    at: datetime | None = None,
) -> Scenario:
    """Keep the choices about the files that were shown; the others keep what they had.

    `choices` names every file shown; None forgets its line. In a scenario of a campaign their
    order is the ranking, and all of it: files that are not named leave it.
    Raises MoveRefusedError for another person's scenario, or one changed meanwhile.
    """
    locked = _lock_own(scenario, actor)
    if locked.version != expected_version:
        raise StaleScenarioError
    is_ranked = locked.campaign_id is not None
    former = locked.lines.all() if is_ranked else locked.lines.filter(case_file__in=list(choices))
    former.delete()
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario=locked,
            case_file_id=pk,
            choice=choice,
            amount=amount,
            position=position if is_ranked else None,
        )
        for position, (pk, (choice, amount)) in enumerate(choices.items(), start=1)
        if choice
    )
    locked.version += 1
    locked.changed_at = at or clock.now()
    locked.save(update_fields=["version", "changed_at"])
    return locked


@transaction.atomic
def copy_scenario(
    *, scenario: Scenario, name: str, actor: User, at: datetime | None = None
) -> Scenario:
    """The same choices under another name."""
    original = _lock_own(scenario, actor)
    copied = create_scenario(
        name=name,
        programme=original.programme,
        year=original.year,
        campaign=original.campaign,
        actor=actor,
        at=at,
    )
    ScenarioLine.objects.bulk_create(
        ScenarioLine(
            scenario=copied,
            case_file_id=line.case_file_id,
            choice=line.choice,
            amount=line.amount,
            position=line.position,
        )
        for line in original.lines.all()
    )
    return copied


@transaction.atomic
def delete_scenario(*, scenario: Scenario, actor: User) -> None:
    _lock_own(scenario, actor).delete()


def _lock_own(scenario: Scenario, actor: User) -> Scenario:
    owned = Scenario.objects.select_for_update(of=("self",)).of(actor)
    if found := owned.filter(pk=scenario.pk).first():
        return found
    raise MoveRefusedError("Ce scénario n’est pas le vôtre, ou il a été supprimé.")


def _insert(scenario: Scenario) -> Scenario:
    try:
        with transaction.atomic():
            scenario.save(force_insert=True)
    except IntegrityError as error:
        raise MoveRefusedError(
            f"Vous avez déjà un scénario « {scenario.name} » pour {scenario.year}."
        ) from error
    return scenario
