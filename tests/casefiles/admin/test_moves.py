"""Each move by its page: asked, made, refused, stale, and twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.accounts.models import User
from apps.casefiles import desk as registries
from apps.casefiles.admin.moves import MADE_HERE
from apps.casefiles.admin.transition_views import PAGES
from apps.casefiles.enums import CaseFileState, Channel, DecisionRoute
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from tests.casefiles.admin.addresses import desk, make_move, page_of, state_of
from tests.factories.awards import file_in
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

REVIEW = CaseFileState.UNDER_REVIEW


def test_every_move_made_here_has_its_page() -> None:
    assert set(PAGES) == MADE_HERE <= set(TRANSITIONS)


@pytest.mark.parametrize(
    ("name", "state", "actor", "data", "target"),
    [
        ("start_review", CaseFileState.SUBMITTED, "caseworker", {}, REVIEW),
        ("dismiss", REVIEW, "caseworker", {"comment": "Sans nouvelles."}, CaseFileState.DISMISSED),
        ("return_to_review", CaseFileState.PROPOSED, "head", {"comment": "À revoir."}, REVIEW),
        ("adjourn", CaseFileState.SCHEDULED, "head", {"comment": "Reporté."}, "proposed"),
        ("cancel_decision", CaseFileState.GRANTED, "head", {"comment": "Erreur."}, REVIEW),
    ],
)
def test_move_is_asked_then_made(  # noqa: PLR0917 - one row of the table of moves
    client: PortalClient,
    request: pytest.FixtureRequest,
    head: User,
    name: str,
    state: CaseFileState,
    actor: str,
    data: dict[str, str],
    target: str,
) -> None:
    case_file = file_in(state, actor=head)
    client.force_login(request.getfixturevalue(actor))

    asked = client.get(desk("move", case_file, name))
    made = make_move(client, case_file, name, **data)

    assert TRANSITIONS[name].label in page_text(asked)
    assert "Ce n’est pas possible" not in page_text(asked)
    assert (made.status_code, made["Location"]) == (302, page_of(case_file))
    assert state_of(case_file) == target
    assert f"{TRANSITIONS[name].past_label}." in page_text(client.get(page_of(case_file)))
    event = case_file.events.get(transition=name)
    assert event.comment == data.get("comment", "")


@pytest.mark.parametrize("name", ["dismiss", "propose", "request_changes"])
def test_move_without_what_it_asks_is_refused_beside_the_field(
    client: PortalClient, caseworker: User, name: str
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    response = make_move(client, case_file, name)

    assert response.status_code == 200
    assert "à corriger" in page_text(response) or "Cochez au moins" in page_text(response)
    assert state_of(case_file) == REVIEW


def test_stale_move_is_refused_and_nothing_typed_is_lost(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)
    case_file.version -= 1  # somebody changed the file since the page was opened

    response = make_move(client, case_file, "dismiss", comment="Une longue explication.")

    assert response.status_code == 409
    assert "Ce dossier a changé depuis que vous l’avez ouvert." in page_text(response)
    assert "Une longue explication." in response.content.decode()
    assert state_of(case_file) == REVIEW


def test_double_click_moves_once_and_says_where_the_file_is(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    first = make_move(client, case_file, "start_review")
    second = make_move(client, case_file, "start_review")

    assert (first.status_code, second.status_code) == (302, 409)
    assert case_file.events.filter(transition="start_review").count() == 1


@pytest.mark.parametrize("persona", ["accountant", "auditor"])
def test_readers_move_nothing(
    client: PortalClient, request: pytest.FixtureRequest, persona: str
) -> None:
    case_file = installation_file()
    client.force_login(request.getfixturevalue(persona))

    asked = client.get(desk("move", case_file, "start_review"))
    tried = make_move(client, case_file, "start_review")

    assert "Il faut le rôle « Instructeur »" in page_text(asked)
    assert "<form" not in asked.content.decode().split("<main")[1]
    assert tried.status_code == 409
    assert state_of(case_file) == CaseFileState.SUBMITTED


def test_caseworker_cannot_do_a_head_s_work(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.PROPOSED)
    client.force_login(caseworker)

    response = make_move(client, case_file, "return_to_review", comment="Non.")

    assert response.status_code == 409
    assert "Il faut le rôle « Responsable du guichet »" in page_text(response)
    assert state_of(case_file) == CaseFileState.PROPOSED


# --- On behalf, by delegation, elsewhere


def test_withdraw_for_someone_without_account_says_how_it_was_asked(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    CaseFile.objects.filter(pk=case_file.pk).update(
        applicant=None, channel=Channel.PHONE, filed_by=caseworker
    )
    client.force_login(caseworker)

    refused = make_move(client, case_file, "withdraw")
    made = make_move(client, case_file, "withdraw", comment="Par téléphone, le 3 mars.")

    assert "Dites comment la personne l’a demandé." in page_text(refused)
    assert made.status_code == 302
    assert state_of(case_file) == CaseFileState.WITHDRAWN


def test_withdraw_of_somebody_s_own_request_is_theirs(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    assert "Retirer la demande" not in page_text(client.get(page_of(case_file)))
    assert make_move(client, case_file, "withdraw", comment="Pour elle.").status_code == 409
    assert state_of(case_file) == CaseFileState.SUBMITTED


def test_decision_by_delegation_is_another_person_s(
    client: PortalClient, head: User, other_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = programmes["installation"]
    monkeypatch.setattr(type(programme), "decided_by", DecisionRoute.DELEGATION)
    case_file = installation_file(until=CaseFileState.PROPOSED, caseworker=head)
    client.force_login(head)
    refused = make_move(client, case_file, "grant_by_delegation", comment="")
    client.force_login(other_head)
    made = make_move(client, case_file, "grant_by_delegation", comment="")

    assert refused.status_code == 409
    assert "une autre personne doit la prendre" in page_text(refused)
    assert made.status_code == 302
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert (decision.decided_by, decision.decided_on) == (other_head, clock.today())


def test_move_of_a_layer_above_is_made_on_its_page(
    client: PortalClient, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registries, "_move_pages", {})
    case_file = installation_file(until=CaseFileState.PROPOSED)
    client.force_login(head)
    assert client.get(desk("move", case_file, "schedule")).status_code == 404

    registries.makes_move("schedule")(lambda case_file: f"/ailleurs/{case_file.pk}/")
    response = client.get(desk("move", case_file, "schedule"))

    assert (response.status_code, response["Location"]) == (302, f"/ailleurs/{case_file.pk}/")


def test_request_typed_in_is_sent_from_the_applicant_s_pages(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, at=datetime(2026, 11, 2, tzinfo=UTC))
    CaseFile.objects.filter(pk=case_file.pk).update(
        applicant=None, channel=Channel.DESK, filed_by=caseworker
    )
    client.force_login(caseworker)

    response = client.get(desk("move", case_file, "submit"))

    assert response["Location"] == f"/mon-espace/dossiers/{case_file.reference}/verification/"
