"""The money line: a ranked scenario (apps/awards/scenarios.py) over the files of a jury.

Nothing is decided by it. Only who started a scenario reads it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import User
from apps.awards.enums import ProvisionalChoice
from apps.awards.models import Envelope, Scenario, ScenarioLine
from apps.awards.models.scenario import ScenarioQuerySet
from apps.awards.money_line import MoneyLine, draw_line
from apps.awards.scenarios import Choices, create_scenario, save_scenario
from apps.casefiles.enums import CaseFileState
from apps.casefiles.transitions import MoveRefusedError
from apps.core.money import format_euros
from apps.juries.models import Jury
from apps.juries.programmes import judged
from apps.juries.scoring import Order
from apps.juries.table import RankedRow, ranking_table


def scenarios_of(jury: Jury, user: User) -> ScenarioQuerySet:
    """One's own over this campaign."""
    return Scenario.objects.of(user).filter(campaign_id=jury.pk)


def envelope_of(jury: Jury) -> Envelope | None:
    """The envelope that the ranking is read against, with its figures: one query."""
    year = judged(jury.campaign).envelope_year(jury.campaign)
    envelopes = Envelope.objects.filter(programme=jury.campaign.programme, year=year)
    return envelopes.with_figures().first()


def is_open(row: RankedRow) -> bool:
    """Whether the guichet may still propose something for this file."""
    return row.case_file.state == CaseFileState.UNDER_REVIEW


def why_not_amount(amount: Decimal, asked: Decimal | None) -> str:
    """Never more than what is asked: the project was judged on it."""
    if asked is None or amount <= asked:
        return ""
    return f"Ce projet demande {format_euros(asked)} : le montant ne peut pas dépasser."


def default_choice(row: RankedRow) -> tuple[ProvisionalChoice, Decimal | None]:
    """What is asked, else nothing."""
    return (ProvisionalChoice.YES, row.asked) if row.asked else (ProvisionalChoice.NO, None)


@transaction.atomic
def start_line(
    *, jury: Jury, name: str, actor: User, order: Order = "mean", at: datetime | None = None
) -> Scenario:
    """A scenario with every file that waits, as the marks rank it, each for what it asks.

    Raises MoveRefusedError.
    """
    campaign = jury.campaign
    scenario = create_scenario(
        name=name,
        programme=campaign.programme,
        year=judged(campaign).envelope_year(campaign),
        campaign=campaign,
        actor=actor,
        at=at,
    )
    rows = [row for row in ranking_table(jury, actor, order=order) if is_open(row)]
    if not rows:
        raise MoveRefusedError("Aucun dossier n’est en instruction devant ce jury.")
    return save_scenario(
        scenario=scenario,
        choices={row.case_file.pk: default_choice(row) for row in rows},
        actor=actor,
        expected_version=scenario.version,
        at=at,
    )


def line_of(lines: list[ScenarioLine], envelope: Envelope | None) -> MoneyLine:
    """Where the money ends in these lines, in their order; without an envelope, nowhere."""
    remaining = envelope.remaining if envelope else Decimal("Infinity")
    return draw_line([line.amount for line in lines], remaining=remaining)


@transaction.atomic
def place_file(
    *,
    scenario: Scenario,
    case_file_id: int,
    rank: int,
    actor: User,
    expected_version: int,
    choice: tuple[ProvisionalChoice, Decimal | None] | None = None,
    at: datetime | None = None,
) -> Scenario:
    """Put a file at a rank (from 1; too far is the last), the others make room.

    With `choice`, its yes or no and its euros change too. Raises MoveRefusedError.
    """
    order = list(scenario.lines.values_list("case_file_id", flat=True))
    choices = _choices(scenario)
    if case_file_id not in choices:
        raise MoveRefusedError("Ce dossier n’est plus dans le scénario.")
    if choice:
        choices[case_file_id] = choice
    order.remove(case_file_id)
    order.insert(max(rank, 1) - 1, case_file_id)
    return _save(scenario, {key: choices[key] for key in order}, actor, expected_version, at)


@transaction.atomic
def bring_up_to_date(
    *, scenario: Scenario, jury: Jury, actor: User, at: datetime | None = None
) -> Scenario:
    """Files that came join the end, files that left go. Raises MoveRefusedError."""
    waiting = {row.case_file.pk: row for row in ranking_table(jury, actor) if is_open(row)}
    kept = {key: choice for key, choice in _choices(scenario).items() if key in waiting}
    added = {key: default_choice(row) for key, row in waiting.items() if key not in kept}
    return _save(scenario, kept | added, actor, scenario.version, at)


def _choices(scenario: Scenario) -> dict[int, tuple[ProvisionalChoice, Decimal | None]]:
    return {
        line.case_file_id: (ProvisionalChoice(line.choice), line.amount)
        for line in scenario.lines.all()
    }


def _save(
    scenario: Scenario, choices: Choices, actor: User, version: int, at: datetime | None
) -> Scenario:
    return save_scenario(
        scenario=scenario, choices=choices, actor=actor, expected_version=version, at=at
    )
