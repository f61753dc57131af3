from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from tests.factories.awards import decided_file, file_in
from tests.factories.casefiles import (
    START,
    ask_corrections,
    fill_installation,
    installation_file,
    join_documents,
    reference_rows,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def page_of(case_file: CaseFile) -> str:
    return reverse("casefiles:case_file", args=[case_file.reference])


# --- The draft


def test_draft_lists_its_tasks_with_computed_states(client: PortalClient, applicant: User) -> None:
    reference_rows()
    draft = start_case_file(
        programme="installation",
        applicant=applicant,
        initial={"profession": "masseur-kinesitherapeute"},
    )
    client.force_login(applicant)

    text = page_text(client.get(page_of(draft)))

    assert "Il vous faut encore 15 minutes environ." in text
    assert "Votre profession Commencée Votre lieu d’exercice À faire" in text
    assert "Vérifier et envoyer Il reste 6 étapes et 3 pièces. Pas encore possible" in text


def test_draft_that_is_complete_leads_to_the_check(client: PortalClient, applicant: User) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    client.force_login(applicant)

    text = page_text(client.get(page_of(draft)))

    assert "Tout est rempli. Vérifiez vos réponses, puis envoyez." in text
    assert "Vérifier et envoyer Relisez tout, puis envoyez. À faire" in text


def test_draft_that_the_rules_forbid_says_so_at_once(client: PortalClient, applicant: User) -> None:
    draft = installation_file(
        until=CaseFileState.DRAFT, applicant=applicant, is_first_installation=False
    )
    client.force_login(applicant)

    text = page_text(client.get(page_of(draft)))

    assert "Cette demande ne peut pas être envoyée" in text
    assert "L’aide est réservée à une première installation." in text


def test_draft_reads_the_same_number_of_queries_with_few_and_many_pieces(
    client: PortalClient,
    applicant: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    client.force_login(applicant)
    with django_assert_num_queries(6):
        client.get(page_of(draft))

    fill_installation(draft, supervisor="deja", has_other_aid=True, other_aid="CAIM, 50 000 €")
    join_documents(draft, applicant, at=START)
    with django_assert_num_queries(6):
        client.get(page_of(draft))


# --- Once sent


@time_machine.travel(START + timedelta(days=20))
def test_sent_file_says_what_comes_next_and_why_this_amount(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "Reçu par le guichet Le guichet vérifie votre dossier" in text
    assert "Réponse au plus tard le 2 janvier 2027, dans 41 jours." in text
    assert "Sans réponse le 2 janvier 2027, votre demande est refusée." in text
    assert "37 000 € Masseur-kinésithérapeute" in text
    assert "Promesse de devenir maître de stage sous 5 ans" in text
    assert "+ 2 000 €" in text
    assert "Source : " in text
    assert "Demande déposée Par vous Accusé de réception (PDF) 2 novembre 2026 à 11 h" in text


def test_sent_file_with_corrections_shows_each_point_and_its_reason(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)

    response = client.get(page_of(case_file))

    text = page_text(response)
    assert "Deux points à revoir avant l’étude." in text
    assert "Adresse du lieu Il manque le numéro de la rue. À corriger" in text
    assert "La dernière page manque. À corriger" in text
    base = f"/mon-espace/dossiers/{case_file.reference}"
    for path in (f"{base}/etapes/lieu/", f"{base}/pieces/bail/", f"{base}/corrections/"):
        assert f'href="{path}"'.encode() in response.content


@time_machine.travel(START + timedelta(days=40))
def test_sent_file_with_late_corrections_says_what_to_do(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "À envoyer pour le 30 novembre 2026, en retard de 12 jours." in text
    assert "La date est passée. Envoyez vos corrections dès que possible" in text


def test_granted_file_shows_the_decision_and_its_letter(
    client: PortalClient, applicant: User, head: User
) -> None:
    case_file = decided_file(actor=head, applicant=applicant)
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "La décision 37 000 €" in text
    assert (
        "Décidé par la commission permanente le 18 décembre 2026, délibération CP-2026-12-18/D07"
    ) in text
    assert "Lettre de décision (PDF)" in text
    assert "Retirer ma demande" not in text


def test_granted_amount_set_by_hand_is_shown_without_the_computed_lines(
    client: PortalClient, applicant: User, head: User
) -> None:
    case_file = decided_file(actor=head, applicant=applicant, amount=Decimal(20000))
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "La décision 20 000 €" in text
    assert "37 000 €" not in text


def test_rejected_file_gives_the_reason_and_the_way_to_contest(
    client: PortalClient, applicant: User, head: User
) -> None:
    case_file = file_in(CaseFileState.REJECTED, actor=head, applicant=applicant)
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "La décision Lieu hors des zones aidées." in text
    assert "Vous avez deux mois après sa réception pour contester." in text


def test_dismissed_file_gives_the_reason_and_no_amount(client: PortalClient, head: User) -> None:
    case_file = file_in(CaseFileState.DISMISSED, actor=head)
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "Classé sans suite Par le guichet Demande déjà déposée." in text
    assert "Le montant calculé" not in text


def test_proposal_under_discussion_is_not_shown(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(
        until=CaseFileState.PROPOSED, applicant=applicant, amount=Decimal(12345)
    )
    client.force_login(applicant)

    text = page_text(client.get(page_of(case_file)))

    assert "12 345" not in text
    assert "La décision" not in text.replace("La décision fixe le montant", "")


@pytest.mark.parametrize(
    ("state", "queries"),
    [(CaseFileState.SUBMITTED, 5), (CaseFileState.INCOMPLETE, 7), (CaseFileState.GRANTED, 6)],
)
def test_sent_file_reads_few_queries(
    client: PortalClient,
    head: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    state: CaseFileState,
    queries: int,
) -> None:
    case_file = file_in(state, actor=head)
    assert case_file.applicant is not None
    client.force_login(case_file.applicant)

    with django_assert_num_queries(queries):
        client.get(page_of(case_file))


def test_sent_file_reads_the_same_number_of_queries_with_more_to_tell(
    client: PortalClient,
    applicant: User,
    caseworker: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    case_file = installation_file(
        applicant=applicant, supervisor="deja", has_other_aid=True, other_aid="CAIM, 50 000 €"
    )
    for _ in range(3):
        send_message(case_file=case_file, author=caseworker, body="Bonjour", at=START)
    client.force_login(applicant)

    with django_assert_num_queries(5):
        client.get(page_of(case_file))


# --- Withdrawing


def test_withdraw_says_what_it_means_then_moves_the_file(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)
    path = reverse("casefiles:withdraw", args=[case_file.reference])

    assert "Vous ne pourrez pas revenir en arrière." in page_text(client.get(path))
    response = client.post(path, {"expected_version": case_file.version})

    assert response["Location"] == page_of(case_file)
    case_file.refresh_from_db()
    assert case_file.state == CaseFileState.WITHDRAWN
    # A second click finds it done.
    again = client.post(path, {"expected_version": case_file.version - 1})
    assert again["Location"] == page_of(case_file)
    assert case_file.events.filter(transition="withdraw").count() == 1


def test_withdraw_of_a_file_that_changed_meanwhile_is_refused(
    client: PortalClient, applicant: User, caseworker: User
) -> None:
    case_file = installation_file(applicant=applicant)
    shown = case_file.version
    perform(case_file, "start_review", actor=caseworker)
    client.force_login(applicant)

    response = client.post(
        reverse("casefiles:withdraw", args=[case_file.reference]), {"expected_version": shown}
    )

    assert "Ce dossier a changé depuis que vous l’avez ouvert." in page_text(response)
    case_file.refresh_from_db()
    assert case_file.state == CaseFileState.UNDER_REVIEW
    # The page now carries the version that it shows.
    assert f'name="expected_version" value="{case_file.version}"'.encode() in response.content


def test_withdraw_without_a_version_asks_to_reload(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    response = client.post(
        reverse("casefiles:withdraw", args=[case_file.reference]), {"expected_version": "abc"}
    )

    assert "Rechargez la page." in page_text(response)


def test_days_left_never_depend_on_the_time_of_day(client: PortalClient, applicant: User) -> None:
    case_file = installation_file(applicant=applicant)
    assert case_file.legal_due_on == date(2027, 1, 2)

    # 23 h 30 in Paris on the eve: still tomorrow.
    with time_machine.travel("2027-01-01T22:30:00Z"):
        client.force_login(applicant)
        assert "2 janvier 2027, demain." in page_text(client.get(page_of(case_file)))
    # 0 h 30 in Paris: today.
    with time_machine.travel("2027-01-01T23:30:00Z"):
        assert "2 janvier 2027, aujourd’hui." in page_text(client.get(page_of(case_file)))
