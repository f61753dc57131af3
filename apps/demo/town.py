"""The demo town as a whole: people, past acts, files, commissions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from apps.accounts.models import User
from apps.awards.agenda import add_to_agenda
from apps.awards.clawbacks import terminate_award
from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from apps.core import clock
from apps.demo.agreements import play_agreement
from apps.demo.archive import load_archive
from apps.demo.bursary_archive import load_bursaries
from apps.demo.care_places import load_care_places
from apps.demo.commitments import end_commitment, follow_commitment, load_supervisors
from apps.demo.envelopes import record_envelopes, try_scenario
from apps.demo.files import Player, play
from apps.demo.housing import load_housing
from apps.demo.innovation import load_innovation
from apps.demo.internships import load_internships
from apps.demo.jury import load_juries
from apps.demo.payments import pay_award
from apps.demo.people import create_staff
from apps.demo.scenarios import SCENARIOS, Scenario
from apps.demo.sittings import hold_session, plan_sitting
from apps.demo.students import load_students

# Days since the past commissions were held; a file goes to the first one it was ready for.
PAST_SESSIONS = (655, 380, 285, 215, 150, 40)
DAYS_BEFORE_READY = 30
NEXT_SESSION_IN = 26
_DECIDED = (S.GRANTED, S.REJECTED, S.ACTIVE, S.COMPLETED, S.TERMINATED)

Played = tuple[Scenario, CaseFile]


@transaction.atomic
def build_town(*, seed: int, now: datetime) -> int:
    """Make the town, and return how many files it holds. All or nothing.

    The same seed gives the same town; dates are relative to `now`.
    """
    staff = create_staff()
    load_supervisors(clock.paris_date(now))
    record_envelopes(head=staff["responsable"], now=now)
    archive = load_archive(agent=staff["agente"], head=staff["responsable"])
    bursaries = load_bursaries(agent=staff["agente"], head=staff["responsable"])
    player = Player(staff=staff, random=Random(seed), now=now)  # noqa: S311 - a demo, not a secret
    # Oldest first: references are numbered as they would have been.
    played = [
        (scenario, play(player, number, scenario))
        for number, scenario in sorted(enumerate(SCENARIOS), key=lambda item: -item[1].age)
    ]
    _hold_past_sessions(played, staff["responsable"], now=now)
    _plan_next_session(played, staff["responsable"], now=now)
    for scenario, case_file in played:
        _follow(scenario, case_file, staff, now=now)
    try_scenario(head=staff["responsable"], now=now)
    students = load_students(staff=staff, now=now)
    placements = load_internships(player)
    load_housing(staff=staff, now=now)
    projects = load_innovation(staff=staff, now=now)
    load_juries(staff=staff, now=now)
    load_care_places(staff=staff, now=now)
    files = [*archive, *bursaries, *students, *projects]
    return len(files) + len(played) + placements


def _hold_past_sessions(played: Iterable[Played], head: User, *, now: datetime) -> None:
    decided = [item for item in played if item[0].state in _DECIDED]
    for days_ago in PAST_SESSIONS:
        case_files = [
            case_file
            for scenario, case_file in decided
            if days_ago
            == max(ago for ago in PAST_SESSIONS if ago <= scenario.age - DAYS_BEFORE_READY)
        ]
        if case_files:
            hold_session(case_files, head, held_at=now - timedelta(days=days_ago))


def _plan_next_session(played: Iterable[Played], head: User, *, now: datetime) -> None:
    session = plan_sitting(head, clock.paris_date(now + timedelta(days=NEXT_SESSION_IN)))
    waiting = [case_file for scenario, case_file in played if scenario.state == S.SCHEDULED]
    add_to_agenda(session=session, case_files=waiting, actor=head, at=now - timedelta(days=5))


def _follow(
    scenario: Scenario, case_file: CaseFile, staff: dict[str, User], *, now: datetime
) -> None:
    """What comes after the award: the agreement, its end, or its breach."""
    head, agent = staff["responsable"], staff["agente"]
    signed_at = play_agreement(scenario.agreement, case_file, head=head, agent=agent, now=now)
    if signed_at is None:
        return
    follow_commitment(case_file, agent, signed_at=signed_at)
    if scenario.paid_until:
        pay_award(case_file, staff["comptable"], signed_at=signed_at, until=scenario.paid_until)
    if scenario.state == S.COMPLETED:
        end_commitment(case_file, agent=agent, head=head, at=now - timedelta(days=30))
        perform(case_file, "complete", actor=staff["comptable"], at=now - timedelta(days=10))
    if scenario.state == S.TERMINATED:
        terminate_award(
            case_file=case_file,
            actor=head,
            stops_on=clock.paris_date(now - timedelta(days=20)),
            comment="Le cabinet a fermé avant la fin de l’engagement.",
            at=now - timedelta(days=15),
        )
