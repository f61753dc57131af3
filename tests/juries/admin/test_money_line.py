"""The ranking, the money line, what was agreed, and its way to a commission."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.awards.models import Scenario
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import Campaign, CaseFile
from apps.juries.admin.pages import jury_url as url
from apps.juries.models import Juror, Jury, Opinion, Ranking
from apps.juries.money import scenarios_of, start_line
from apps.juries.opinions import agreed_comment
from tests.factories.awards import planned_session, voted_envelope
from tests.factories.juries import (
    READING_AT,
    assign,
    campaign_file,
    declared,
    given_review,
)
from tests.support.client import PortalClient
from tests.support.pdf import stored_pdf_text
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(jury: Jury, juror: Juror, caseworker: User, head: User) -> list[CaseFile]:
    """Three files of 20 000 € and more, marked 20, 10 and 0, against 60 000 €."""
    voted_envelope(60_000, actor=head)
    files = [
        campaign_file(jury.campaign, title=f"Rue {number}", caseworker=caseworker)
        for number in range(3)
    ]
    with time_machine.travel(READING_AT, tick=False):
        for case_file, marks in zip(files, ((5, 10), (0, 10), (0, 0)), strict=True):
            given_review(juror, case_file, *marks)
    return files


@pytest.fixture
def scenario(jury: Jury, ranked: list[CaseFile], head: User) -> Scenario:
    return start_line(jury=jury, name="Premier essai", actor=head)


def order(scenario: Scenario) -> list[int]:
    return list(scenario.lines.values_list("case_file_id", flat=True))


def test_ranking_shows_marks_and_what_is_missing(
    desk: PortalClient, jury: Jury, ranked: list[CaseFile], other_juror: Juror
) -> None:
    assign(other_juror, ranked[2])

    text = page_text(desk.get(url(jury, "ranking")))

    assert f"1 {ranked[0].reference} Projet Rue 0" in text
    assert "20,00 20,00" in text
    assert "manque 1" in text
    sheet = desk.get(url(jury, "export"), {"ordre": "mediane"})
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    rows = sheet.text.splitlines()
    assert rows[0].startswith("\ufeffRang;Dossier;Projet;Porteur")
    assert rows[1].startswith(f"1;{ranked[0].reference};Projet Rue 0;")
    assert len(rows) == 4


@pytest.mark.parametrize("count", [1, 3])
def test_ranking_takes_the_same_queries_for_any_number_of_files(
    desk: PortalClient,
    jury: Jury,
    *,
    juror: Juror,
    caseworker: User,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    with time_machine.travel(READING_AT, tick=False):
        for _ in range(count):
            given_review(juror, campaign_file(jury.campaign, caseworker=caseworker))
    desk.get(url(jury, "ranking"))

    with django_assert_num_queries(8):
        assert desk.get(url(jury, "ranking")).status_code == 200


def test_buttons_move_a_file_and_keep_the_focus(
    desk: PortalClient, jury: Jury, ranked: list[CaseFile], scenario: Scenario
) -> None:
    first, second, third = (item.pk for item in ranked)
    assert order(scenario) == [first, second, third]
    page = url(jury, "line", scenario.pk)

    moved = desk.post(url(jury, "move", scenario.pk), {"haut": third, "version": "2"})

    assert moved["Location"] == f"{page}?dossier={third}&sens=haut"
    assert order(scenario) == [first, third, second]
    assert f'name="haut" value="{third}" autofocus' in desk.get(moved["Location"]).text
    desk.post(url(jury, "move", scenario.pk), {"bas": first, "version": "3"})
    assert order(scenario) == [third, first, second]
    stale = desk.post(url(jury, "move", scenario.pk), {"bas": third, "version": "2"}, follow=True)
    assert "Ce scénario a changé" in page_text(stale)
    for nonsense in ({}, {"haut": "x"}, {"haut": "999999", "version": "4"}):
        assert desk.post(url(jury, "move", scenario.pk), nonsense).status_code == 302
    assert order(scenario) == [third, first, second]


def test_file_is_placed_at_a_rank_for_a_part_of_its_amount(
    desk: PortalClient, jury: Jury, ranked: list[CaseFile], scenario: Scenario
) -> None:
    third = ranked[2].pk
    place = url(jury, "place", scenario.pk, third)
    typed = {"version": "2", "rank": "1", "choice": "yes", "amount": "12 000"}

    missing = desk.post(place, {**typed, "amount": ""})
    assert "Indiquez le montant de ce oui." in page_text(missing)
    above = desk.post(place, {**typed, "amount": "99 000"})
    assert "le montant ne peut pas dépasser" in page_text(above)
    desk.post(place, typed)

    assert order(scenario)[0] == third
    text = page_text(desk.get(url(jury, "line", scenario.pk)))
    assert "12 000 € en partie" in text
    assert "Sous la ligne" in text


def test_scenario_is_its_authors_own(
    client: PortalClient, jury: Jury, scenario: Scenario, other_head: User
) -> None:
    client.force_login(other_head)

    assert client.get(url(jury, "line", scenario.pk)).status_code == 404
    assert not scenarios_of(jury, other_head).exists()


def test_file_that_came_since_joins_the_end(
    desk: PortalClient, jury: Jury, scenario: Scenario, caseworker: User
) -> None:
    late = campaign_file(jury.campaign, caseworker=caseworker)
    page = url(jury, "line", scenario.pk)
    assert "Des dossiers sont arrivés ou partis" in page_text(desk.get(page))

    desk.post(url(jury, "refresh", scenario.pk))

    assert order(scenario)[-1] == late.pk
    assert "arrivés ou partis" not in page_text(desk.get(page))


def agreement(juror: Juror, **typed: Any) -> dict[str, Any]:
    return {
        "met_on": "2026-12-02",
        "place": "Hôtel du Département",
        "present": [juror.pk],
        "refusal_reason": "L’enveloppe ne suffit pas.",
        **typed,
    }


def test_from_the_ranking_to_the_session(
    desk: PortalClient,
    jury: Jury,
    *,
    juror: Juror,
    other_juror: Juror,
    ranked: list[CaseFile],
    scenario: Scenario,
    other_head: User,
    campaign: Campaign,
) -> None:
    declared(other_juror, ranked[0], conflict=True)
    opinion = {"version": "0", "comment": "Le jury salue ce projet."}
    desk.post(url(jury, "file", ranked[2].pk), opinion)
    tomorrow = desk.post(url(jury, "agree", scenario.pk), agreement(juror, met_on="2026-12-03"))
    assert "ne s’est pas encore réuni" in page_text(tomorrow)

    both = {"present": [juror.pk, other_juror.pk]}
    desk.post(url(jury, "agree", scenario.pk), agreement(juror, **both))

    ranking = Ranking.objects.get()
    lines = list(ranking.lines.values_list("rank", "outcome", "amount"))
    assert lines == [
        (1, "grant", ranked[0].computed_amount),
        (2, "reject", None),
        (3, "reject", None),
    ]
    minutes = plain(stored_pdf_text(ranking.minutes))
    assert "Chaque juré nommé ici est sorti" in minutes
    assert ranked[0].reference in minutes
    assert "Le jury salue ce projet." in minutes
    assert agreed_comment(ranked[2]) == "Le jury salue ce projet."
    assert "Vous avez arrêté ce classement" in page_text(desk.get(url(jury, "agreed")))
    own = desk.get(url(jury, "send"), follow=True)
    assert "une autre personne l’envoie en commission" in page_text(own)
    assert own.redirect_chain == [(url(jury, "agreed"), 302)]
    for closed in (url(jury, "draw"), url(jury, "agree", scenario.pk)):
        assert "a déjà arrêté" in (text := page_text(desk.get(closed, follow=True))) or (
            "Le jury a arrêté son classement." in text
        )
    assert "Aucune commission à venir" not in page_text(desk.get(url(jury)))

    session = planned_session(actor=other_head)
    desk.force_login(other_head)
    for _ in range(2):  # a double click
        desk.post(url(jury, "send"), {"session": session.pk})

    items = list(session.items.order_by("position").values_list("case_file", "proposed_amount"))
    assert [pk for pk, _ in items] == [item.pk for item in ranked]
    assert items[0][1] == ranked[0].computed_amount
    for case_file in ranked:
        case_file.refresh_from_db()
        assert case_file.state == CaseFileState.SCHEDULED
        assert case_file.decision is not None
        assert case_file.decision.proposed_by == ranking.agreed_by
    assert "Propositions envoyées" in page_text(desk.get(url(jury, "agreed")))


def test_agreed_ranking_is_opened_again(
    desk: PortalClient, jury: Jury, juror: Juror, ranked: list[CaseFile], scenario: Scenario
) -> None:
    desk.post(url(jury, "agree", scenario.pk), agreement(juror))
    closed = desk.post(url(jury, "file", ranked[0].pk), {"version": "0", "comment": "Trop tard"})
    assert "a arrêté son classement" in page_text(closed)
    assert not Opinion.objects.exists()

    desk.post(url(jury, "cancel"), {"reason": "Erreur de saisie"})

    assert Ranking.objects.get().cancelled_because == "Erreur de saisie"
    assert agreed_comment(ranked[0]) == ""
    assert desk.get(url(jury, "agreed")).status_code == 404
    assert desk.get(url(jury, "agree", scenario.pk)).status_code == 200


def test_one_refusal_stops_all_proposals(
    desk: PortalClient,
    jury: Jury,
    *,
    juror: Juror,
    ranked: list[CaseFile],
    scenario: Scenario,
    other_head: User,
) -> None:
    desk.post(url(jury, "agree", scenario.pk), agreement(juror))
    session = planned_session(actor=other_head)
    agreed_by = Ranking.objects.get().agreed_by
    CaseFile.objects.filter(pk=ranked[1].pk).update(applicant=agreed_by)
    desk.force_login(other_head)

    response = desk.post(url(jury, "send"), {"session": session.pk})

    assert f"{ranked[1].reference} : C’est votre propre demande" in page_text(response)
    assert not session.items.exists()
    assert {item.state for item in CaseFile.objects.all()} == {CaseFileState.UNDER_REVIEW}


def test_wishes_are_read_against_the_envelope(
    desk: PortalClient, jury: Jury, ranked: list[CaseFile], scenario: Scenario
) -> None:
    total = sum((item.computed_amount or Decimal(0)) for item in ranked)

    text = page_text(desk.get(url(jury, "line", scenario.pk)))

    assert total > 60_000
    assert "il manquerait" in text
