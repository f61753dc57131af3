"""The figures of commissions on the back office's first page, by role and by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.figures import session_figures
from apps.awards.models import Session
from apps.casefiles.enums import CaseFileState
from apps.core.dashboard import Group
from tests.factories.awards import LISTED_AT, listed_item, planned_session
from tests.factories.casefiles import installation_file
from tests.support.text import plain

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/awards/session/"


@pytest.fixture(autouse=True)
def _four_weeks_before() -> Iterator[None]:
    with time_machine.travel(LISTED_AT):
        yield


@pytest.fixture
def session(head: User) -> Session:
    return planned_session(actor=head)


def rows(user: User) -> list[tuple[Group, str, str, str, str, bool]]:
    """Group, label, value, address, note, urgency."""
    return [
        (
            *(shown.group, shown.label, plain(str(shown.value))),
            *(shown.url, plain(shown.note), shown.is_urgent),
        )
        for shown in session_figures(user)
    ]


def test_nothing_planned_and_nothing_waiting_shows_nothing(head: User) -> None:
    assert rows(head) == []


def test_next_sitting_is_shown_with_the_files_on_its_agenda(
    session: Session, head: User, committee_member: User
) -> None:
    coming = (Group.COMING, "Prochaine commission", "18 décembre 2026")
    address = f"{SESSIONS}{session.pk}/change/"
    for listed in ("0 dossier", "1 dossier", "2 dossiers"):
        note = f"{listed} à l’ordre du jour."
        assert rows(committee_member) == [(*coming, address, note, False)]
        listed_item(session=session, actor=head)


@pytest.mark.parametrize("persona", ["applicant", "editor"])
def test_who_reads_no_commission_sees_no_figure(
    request: pytest.FixtureRequest, session: Session, persona: str
) -> None:
    assert rows(request.getfixturevalue(persona)) == []


@pytest.mark.parametrize("persona", ["caseworker", "accountant", "auditor", "committee_member"])
def test_readers_see_what_comes_and_nothing_to_do(
    request: pytest.FixtureRequest, session: Session, persona: str
) -> None:
    installation_file(until=CaseFileState.PROPOSED)

    assert [row[1] for row in rows(request.getfixturevalue(persona))] == ["Prochaine commission"]


def test_head_reads_what_waits_for_an_agenda(session: Session, head: User) -> None:
    address = f"{SESSIONS}{session.pk}/dossiers/"
    installation_file(until=CaseFileState.PROPOSED)
    assert rows(head)[1:] == [(Group.TO_DO, "Proposition à inscrire", "1", address, "", False)]

    installation_file(until=CaseFileState.PROPOSED)
    listed_item(session=session, actor=head)
    assert rows(head)[1:] == [(Group.TO_DO, "Propositions à inscrire", "2", address, "", False)]


def test_head_without_any_sitting_is_led_to_plan_one(head: User) -> None:
    installation_file(until=CaseFileState.PROPOSED)

    assert rows(head) == [
        (
            *(Group.TO_DO, "Proposition à inscrire", "1", f"{SESSIONS}add/"),
            *("Aucune commission n’est prévue.", False),
        )
    ]


def test_head_of_another_programme_sees_none_of_its_proposals(foreign_head: User) -> None:
    installation_file(until=CaseFileState.PROPOSED)

    assert rows(foreign_head) == []


def test_sitting_is_to_close_from_its_own_day_and_urgent_from_the_next(
    session: Session, head: User
) -> None:
    address = f"{SESSIONS}{session.pk}/change/"
    to_close = (Group.TO_DO, "Commission à clore", "1", address)
    with time_machine.travel("2026-12-17T23:59:00+01:00"):
        assert [row[1] for row in rows(head)] == ["Prochaine commission"]
    with time_machine.travel("2026-12-18T00:01:00+01:00"):
        assert rows(head)[1:] == [(*to_close, "Aujourd’hui.", False)]
    with time_machine.travel("2026-12-19T00:01:00+01:00"):
        assert rows(head) == [(*to_close, "Tenue le 18 décembre 2026.", True)]


def test_oldest_sitting_to_close_comes_first(session: Session, head: User) -> None:
    older = planned_session(actor=head, held_on=date(2026, 12, 4))
    with time_machine.travel("2027-01-04T09:00:00+01:00"):
        assert rows(head) == [
            (
                *(Group.TO_DO, "Commissions à clore", "2", f"{SESSIONS}{older.pk}/change/"),
                *("Tenue le 4 décembre 2026.", True),
            )
        ]


@pytest.mark.parametrize("count", [1, 3])
def test_figures_take_as_many_queries_whatever_the_numbers(
    head: User,
    caseworker: User,
    editor: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        listed_item(session=planned_session(actor=head), actor=head)
        planned_session(actor=head, held_on=date(2026, 11, 20))
        installation_file(until=CaseFileState.PROPOSED)

    for user, queries, figures in ((head, 3, 3), (caseworker, 1, 1), (editor, 0, 0)):
        user.has_role(Role.HEAD)  # the rights are read once a request, before any figure
        with django_assert_num_queries(queries):
            assert len(list(session_figures(user))) == figures
