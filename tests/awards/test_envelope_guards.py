"""Envelopes and their votes refuse what makes no sense, whoever writes it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.transaction import atomic

from apps.accounts.models import User
from apps.awards.models import Envelope, EnvelopeVote, Instalment, Scenario, ScenarioLine
from apps.awards.scenarios import create_scenario
from tests.factories.awards import LISTED_AT, decided_file, voted_envelope
from tests.factories.casefiles import installation_file

pytestmark = pytest.mark.django_db

# Constraint: what each vote that breaks it changes on a good amendment…
VOTES: dict[str, list[dict[str, Any]]] = {
    "envelope_vote_rank_unique": [{"rank": 1, "amount": Decimal(1)}],
    "envelope_vote_rank_positive": [{"rank": 0, "amount": Decimal(1), "reason": "Essai"}],
    "envelope_vote_has_amount": [{"amount": Decimal(0)}],
    "envelope_vote_first_positive": [],  # see test_first_vote_is_positive
    "envelope_vote_amendment_has_reason": [{"reason": ""}],
    "envelope_vote_is_cited": [
        {"source": ""},
        {"source": "", "voted_on": date(2026, 6, 1)},
        {"source": "", "deliberation": "D12"},
    ],
}
# …and on an envelope.
ENVELOPES: dict[str, list[dict[str, Any]]] = {
    "envelope_one_per_year": [{"year": 2026}],
    "envelope_year_plausible": [{"year": 26}, {"year": 2200}],
}
# A scenario decides nothing, but it does not lie either.
SCENARIO_GUARDS = {
    "scenario_name_unique",
    "scenario_has_name",
    "scenario_line_one_per_file",
    "scenario_line_position_unique",
    "scenario_line_choice_known",
    "scenario_line_yes_has_amount",
}
GUARDS = VOTES.keys() | ENVELOPES.keys() | SCENARIO_GUARDS


def cases(table: dict[str, list[dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(name, values, id=f"{name}-{number}")
        for name, rows in table.items()
        for number, values in enumerate(rows, start=1)
    ]


def settle() -> None:
    """What a commit checks last."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def envelope(head: User) -> Envelope:
    return voted_envelope(40_000, actor=head)


def vote(envelope: Envelope, **values: Any) -> EnvelopeVote:
    good: dict[str, Any] = {
        "envelope": envelope,
        "rank": 2,
        "amount": Decimal(-5000),
        "source": "Budget supplémentaire",
        "reason": "Moins de demandes.",
        "recorded_by": User.objects.get(last_name="Responsable"),
        "recorded_at": LISTED_AT,
    }
    return EnvelopeVote.objects.bulk_create([EnvelopeVote(**{**good, **values})])[0]


@pytest.mark.parametrize(("name", "values"), cases(VOTES))
def test_vote_that_breaks_the_constraint_is_refused(
    envelope: Envelope, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        vote(envelope, **values)


@pytest.mark.parametrize(("name", "values"), cases(ENVELOPES))
def test_envelope_that_breaks_the_constraint_is_refused(
    envelope: Envelope, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        Envelope.objects.bulk_create([Envelope(programme="installation", **values)])


def test_first_vote_is_positive(envelope: Envelope) -> None:
    other = Envelope.objects.create(programme="installation", year=2027)

    with pytest.raises(IntegrityError, match='"envelope_vote_first_positive"'):
        vote(other, rank=1, amount=Decimal(-1))


def test_envelope_without_a_vote_is_refused(envelope: Envelope) -> None:
    Envelope.objects.create(programme="installation", year=2027)

    with pytest.raises(IntegrityError, match="has no vote"):
        settle()


def test_envelope_and_votes_never_change(envelope: Envelope) -> None:
    for rows, values in (
        (Envelope.objects.all(), {"year": 2030}),
        (EnvelopeVote.objects.all(), {"amount": Decimal(1)}),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), atomic():
            rows.update(**values)
        with pytest.raises(DatabaseError, match="Cannot update or delete"), atomic():
            rows._raw_delete(using="default")


def test_instalment_above_the_envelope_is_refused_at_commit(head: User) -> None:
    voted_envelope(40_000, actor=head)
    granted = decided_file(actor=head)  # 37 000 €
    settle()

    Instalment.objects.bulk_create(
        [Instalment(case_file=granted, rank=2, label="De trop", amount=3001, budget_year=2026)]
    )

    with pytest.raises(IntegrityError, match=r"overspent: 40001\.00 committed, 40000\.00 voted"):
        settle()


def test_amendment_below_what_is_committed_is_refused_at_commit(
    head: User, envelope: Envelope
) -> None:
    decided_file(actor=head)
    vote(envelope, amount=Decimal(-3001))

    with pytest.raises(IntegrityError, match=r"overspent: 37000\.00 committed, 36999\.00 voted"):
        settle()


def test_first_vote_below_what_is_committed_is_refused_at_commit(head: User) -> None:
    """Granted while no envelope was recorded: the budget cannot be less afterwards."""
    decided_file(actor=head)
    settle()
    late = Envelope.objects.create(programme="installation", year=2026)
    vote(late, rank=1, amount=Decimal(36_999))

    with pytest.raises(IntegrityError, match="is overspent"):
        settle()


@pytest.fixture
def line(head: User) -> ScenarioLine:
    scenario = create_scenario(name="Essai", programme="installation", year=2026, actor=head)
    return ScenarioLine.objects.create(
        scenario=scenario, case_file=installation_file(), choice="yes", amount=Decimal(1)
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("scenario_line_yes_has_amount", {"amount": None}),
        ("scenario_line_yes_has_amount", {"amount": Decimal(0)}),
        ("scenario_line_yes_has_amount", {"choice": "no"}),
        ("scenario_line_(choice_known|yes_has_amount)", {"choice": "may"}),
    ],
)
def test_scenario_line_that_makes_no_sense_is_refused(
    line: ScenarioLine, name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'):
        ScenarioLine.objects.filter(pk=line.pk).update(**values)


def test_scenario_has_one_line_a_file_and_a_name_of_its_own(line: ScenarioLine) -> None:
    scenario = line.scenario
    ScenarioLine.objects.update(position=1)
    line.pk = None
    with pytest.raises(IntegrityError, match='"scenario_line_one_per_file"'), atomic():
        ScenarioLine.objects.bulk_create([line])
    other = ScenarioLine(scenario=scenario, case_file=installation_file(), choice="no", position=1)
    with pytest.raises(IntegrityError, match='"scenario_line_position_unique"'), atomic():
        ScenarioLine.objects.bulk_create([other])
    scenario.pk = None
    with pytest.raises(IntegrityError, match='"scenario_name_unique"'), atomic():
        Scenario.objects.bulk_create([scenario])
    with pytest.raises(IntegrityError, match='"scenario_has_name"'), atomic():
        Scenario.objects.update(name="")
