"""Each move by its page: asked, made, refused, stale, and twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.casefiles import desk as registries
from apps.casefiles.admin.moves import MADE_HERE
from apps.casefiles.admin.transition_views import PAGES
from apps.casefiles.documents import document_rows
from apps.casefiles.enums import CaseFileState, Channel, DecisionRoute, Outcome
from apps.casefiles.forms import all_answers
from apps.casefiles.lifecycle import TRANSITIONS
from apps.casefiles.models import CaseFile
from apps.casefiles.programmes import programmes
from apps.core import clock
from tests.casefiles.admin.addresses import desk, page_of
from tests.factories.awards import file_in
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

REVIEW = CaseFileState.UNDER_REVIEW


def post(client: PortalClient, case_file: CaseFile, name: str, **data: Any) -> Any:
    """What the form of the page just opened sends."""
    return client.post(desk("move", case_file, name), {"version": case_file.version, **data})


def state_of(case_file: CaseFile) -> str:
    return CaseFile.objects.values_list("state", flat=True).get(pk=case_file.pk)


def ask(case_file: CaseFile, label: str, reason: str) -> dict[str, str]:
    """The ticked box and the reason of one point, by its label."""
    labels = [item.label for item in all_answers(case_file)]
    labels += [row.kind.label for row in document_rows(case_file)]
    index = labels.index(label)
    return {f"ask_{index}": "on", f"reason_{index}": reason}


def day(when: date) -> dict[str, str]:
    return {
        "due_on_jour": str(when.day),
        "due_on_mois": str(when.month),
        "due_on_annee": str(when.year),
    }


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
    made = post(client, case_file, name, **data)

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

    response = post(client, case_file, name)

    assert response.status_code == 200
    assert "à corriger" in page_text(response) or "Cochez au moins" in page_text(response)
    assert state_of(case_file) == REVIEW


def test_stale_move_is_refused_and_nothing_typed_is_lost(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)
    case_file.version -= 1  # somebody changed the file since the page was opened

    response = post(client, case_file, "dismiss", comment="Une longue explication.")

    assert response.status_code == 409
    assert "Ce dossier a changé depuis que vous l’avez ouvert." in page_text(response)
    assert "Une longue explication." in response.content.decode()
    assert state_of(case_file) == REVIEW


def test_double_click_moves_once_and_says_where_the_file_is(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    first = post(client, case_file, "start_review")
    second = post(client, case_file, "start_review")

    assert (first.status_code, second.status_code) == (302, 409)
    assert case_file.events.filter(transition="start_review").count() == 1


@pytest.mark.parametrize("persona", ["accountant", "auditor"])
def test_readers_move_nothing(
    client: PortalClient, request: pytest.FixtureRequest, persona: str
) -> None:
    case_file = installation_file()
    client.force_login(request.getfixturevalue(persona))

    asked = client.get(desk("move", case_file, "start_review"))
    tried = post(client, case_file, "start_review")

    assert "Il faut le rôle « Instructeur »" in page_text(asked)
    assert "<form" not in asked.content.decode().split("<main")[1]
    assert tried.status_code == 409
    assert state_of(case_file) == CaseFileState.SUBMITTED


def test_caseworker_cannot_do_a_head_s_work(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(until=CaseFileState.PROPOSED)
    client.force_login(caseworker)

    response = post(client, case_file, "return_to_review", comment="Non.")

    assert response.status_code == 409
    assert "Il faut le rôle « Responsable du guichet »" in page_text(response)
    assert state_of(case_file) == CaseFileState.PROPOSED


# --- Propose


def test_propose_offers_the_computed_amount(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    html = client.get(desk("move", case_file, "propose")).content.decode()
    post(client, case_file, "propose", outcome="grant", amount="37 000", reason="")

    assert 'value="37000"' in html
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert (decision.amount, decision.proposed_by) == (Decimal(37000), caseworker)


def test_propose_another_amount_asks_why_beside_the_reason(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    refused = post(client, case_file, "propose", outcome="grant", amount="12 500,50", reason="")
    made = post(client, case_file, "propose", outcome="grant", amount="12 500,50", reason="Partiel")

    text = page_text(refused)
    assert "Motif : Expliquez l’écart avec le montant calculé, 37 000 €." in text
    assert 'value="12 500,50"' in refused.content.decode()
    assert made.status_code == 302
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert decision.amount == Decimal("12500.50")


def test_propose_unset_amount_outside_the_range_is_refused_beside_the_amount(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(
        until=REVIEW,
        caseworker=caseworker,
        profession="medecin-specialiste",
        specialty="Démo",
        supervisor="non",
    )
    client.force_login(caseworker)

    response = post(client, case_file, "propose", outcome="grant", amount="36000", reason="Exprès")

    assert "Montant : Le montant se situe entre 7 000 € et 35 000 €." in page_text(response)
    assert state_of(case_file) == REVIEW


def test_propose_to_refuse_needs_a_reason_and_no_amount(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file(until=REVIEW, caseworker=caseworker)
    client.force_login(caseworker)

    refused = post(client, case_file, "propose", outcome="reject", amount="", reason="")
    made = post(client, case_file, "propose", outcome="reject", amount="nul", reason="Hors zone.")

    assert "Indiquez le motif du refus" in page_text(refused)
    assert made.status_code == 200  # an amount that is none is pointed at
    assert (
        post(
            client, case_file, "propose", outcome="reject", amount="37000", reason="Hors zone."
        ).status_code
        == 302
    )
    decision = CaseFile.objects.get(pk=case_file.pk).decision
    assert decision is not None
    assert (decision.outcome, decision.amount) == (Outcome.REJECT, None)


# --- Ask for corrections


def test_corrections_of_an_indispensable_piece_stop_the_clock(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)
    due_on = clock.today() + timedelta(days=20)

    response = post(
        client,
        case_file,
        "request_changes",
        message="Merci de compléter.",
        **day(due_on),
        **ask(case_file, "Diplôme d’État", "Le verso manque."),
        **ask(case_file, "Adresse du lieu", "Il manque le numéro."),
    )

    assert response.status_code == 302
    request = case_file.change_requests.get()
    assert (request.due_on, request.stops_clock) == (due_on, True)
    assert [(item.label, item.reason) for item in request.items.all()] == [
        ("Adresse du lieu", "Il manque le numéro."),
        ("Diplôme d’État", "Le verso manque."),
    ]
    assert CaseFile.objects.get(pk=case_file.pk).clock_stopped_on == clock.today()


def test_corrections_of_an_answer_leave_the_clock_running(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    post(
        client,
        case_file,
        "request_changes",
        **day(clock.today() + timedelta(days=15)),
        **ask(case_file, "Adresse du lieu", "Il manque le numéro."),
    )

    assert not case_file.change_requests.get().stops_clock
    assert CaseFile.objects.get(pk=case_file.pk).legal_due_on is not None


def test_corrections_page_offers_every_point_and_fifteen_days(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    response = client.get(desk("move", case_file, "request_changes"))

    text, due_on = page_text(response), clock.today() + timedelta(days=15)
    assert "Diplôme d’État indispensable : la demander suspend le délai légal" in text
    assert f"Pour étudier votre demande {case_file.reference}" in text
    assert f'name="due_on_jour" value="{due_on.day}"' in response.content.decode()


def test_corrections_ticked_point_without_reason_keeps_the_rest(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)
    points = ask(case_file, "Commune", "") | ask(case_file, "Prénom", "Une faute, sans doute.")

    response = post(
        client, case_file, "request_changes", **day(clock.today() + timedelta(days=9)), **points
    )

    assert "Dites pourquoi ce point est à reprendre." in page_text(response)
    assert "Une faute, sans doute." in response.content.decode()
    assert case_file.change_requests.count() == 0


def test_corrections_for_a_past_day_are_refused(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    response = post(
        client,
        case_file,
        "request_changes",
        **day(clock.today()),
        **ask(case_file, "Commune", "Laquelle ?"),
    )

    assert response.status_code == 409
    assert "La date de retour doit être à venir." in page_text(response)
    assert "Laquelle ?" in response.content.decode()


# --- On behalf, by delegation, elsewhere


def test_withdraw_for_someone_without_account_says_how_it_was_asked(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    CaseFile.objects.filter(pk=case_file.pk).update(
        applicant=None, channel=Channel.PHONE, filed_by=caseworker
    )
    client.force_login(caseworker)

    refused = post(client, case_file, "withdraw")
    made = post(client, case_file, "withdraw", comment="Par téléphone, le 3 mars.")

    assert "Dites comment la personne l’a demandé." in page_text(refused)
    assert made.status_code == 302
    assert state_of(case_file) == CaseFileState.WITHDRAWN


def test_withdraw_of_somebody_s_own_request_is_theirs(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    assert "Retirer la demande" not in page_text(client.get(page_of(case_file)))
    assert post(client, case_file, "withdraw", comment="Pour elle.").status_code == 409
    assert state_of(case_file) == CaseFileState.SUBMITTED


def test_decision_by_delegation_is_another_person_s(
    client: PortalClient, head: User, other_head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = programmes["installation"]
    monkeypatch.setattr(type(programme), "decided_by", DecisionRoute.DELEGATION)
    case_file = installation_file(until=CaseFileState.PROPOSED, caseworker=head)
    client.force_login(head)
    refused = post(client, case_file, "grant_by_delegation", comment="")
    client.force_login(other_head)
    made = post(client, case_file, "grant_by_delegation", comment="")

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
