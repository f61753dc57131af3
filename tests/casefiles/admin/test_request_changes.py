"""Ask for corrections: which points, why, for when, and whether the legal clock stops."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from apps.accounts.models import User
from apps.casefiles.documents import document_rows
from apps.casefiles.enums import CaseFileState
from apps.casefiles.forms import all_answers
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.casefiles.admin.addresses import desk, make_move
from tests.factories.casefiles import installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

REVIEW = CaseFileState.UNDER_REVIEW


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


def test_corrections_of_an_indispensable_piece_stop_the_clock(
    client: PortalClient, caseworker: User
) -> None:
    case_file = installation_file()
    client.force_login(caseworker)
    due_on = clock.today() + timedelta(days=20)

    response = make_move(
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

    make_move(
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

    response = make_move(
        client, case_file, "request_changes", **day(clock.today() + timedelta(days=9)), **points
    )

    assert "Dites pourquoi ce point est à reprendre." in page_text(response)
    assert "Une faute, sans doute." in response.content.decode()
    assert case_file.change_requests.count() == 0


def test_corrections_for_a_past_day_are_refused(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file()
    client.force_login(caseworker)

    response = make_move(
        client,
        case_file,
        "request_changes",
        **day(clock.today()),
        **ask(case_file, "Commune", "Laquelle ?"),
    )

    assert response.status_code == 409
    assert "La date de retour doit être à venir." in page_text(response)
    assert "Laquelle ?" in response.content.decode()
