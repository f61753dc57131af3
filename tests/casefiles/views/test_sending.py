from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import time_machine
from django.db import connections
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.drafts import start_case_file
from apps.casefiles.enums import CaseFileState, LetterKind
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import perform
from apps.notifications.models import OutgoingEmail
from tests.casefiles.test_corrections import correct_address, send_lease
from tests.factories.casefiles import (
    START,
    ask_corrections,
    installation_file,
    reference_rows,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db


def address(name: str, case_file: CaseFile) -> str:
    return reverse(f"casefiles:{name}", args=[case_file.reference])


def declaration(case_file: CaseFile) -> dict[str, str]:
    return {"is_exact": "on", "expected_version": str(fresh(case_file).version)}


def fresh(case_file: CaseFile) -> CaseFile:
    return CaseFile.objects.get(pk=case_file.pk)


@pytest.fixture
def draft(client: PortalClient, applicant: User) -> CaseFile:
    client.force_login(applicant)
    return installation_file(until=CaseFileState.DRAFT, applicant=applicant)


# --- « Vérifier et envoyer »


def test_check_shows_every_answer_with_the_way_to_change_it(
    client: PortalClient, draft: CaseFile
) -> None:
    response = client.get(address("check", draft))

    text = page_text(response)
    assert "Prénom Alice Modifier : Prénom" in text
    assert "Profession Masseur-kinésithérapeute Modifier : Profession" in text
    assert "Numéro RPPS Non renseigné" in text
    assert "Début d’exercice 4 janvier 2027" in text
    assert "Bail, promesse de bail ou titre de propriété piece.pdf Reçue" in text
    assert "C’est une première installation. Source : Plan Priorité Santé Loiret" in text
    assert "37 000 €" in text
    link = f"/mon-espace/dossiers/{draft.reference}/etapes/lieu/?retour=verification#id_address"
    assert f'href="{link}"' in response.content.decode()


def test_check_of_an_empty_draft_lists_what_is_missing(
    client: PortalClient, applicant: User
) -> None:
    reference_rows()
    draft = start_case_file(programme="installation", applicant=applicant)
    client.force_login(applicant)

    response = client.get(address("check", draft))

    text = page_text(response)
    assert "Vous ne pouvez pas encore envoyer Il reste à terminer : Vos coordonnées." in text
    assert "Il manque une pièce : Diplôme d’État." in text
    assert "Envoyer ma demande" not in text


def test_check_of_a_draft_that_the_rules_forbid_gives_the_reason(
    client: PortalClient, applicant: User
) -> None:
    draft = installation_file(
        until=CaseFileState.DRAFT, applicant=applicant, is_first_installation=False
    )
    client.force_login(applicant)

    text = page_text(client.get(address("check", draft)))

    assert "L’aide est réservée à une première installation." in text
    assert "Envoyer ma demande" not in text


def test_check_reads_few_queries(
    client: PortalClient, draft: CaseFile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        client.get(address("check", draft))


def test_sending_needs_the_declaration(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(address("check", draft), {"expected_version": draft.version})

    assert "Cochez la case pour envoyer votre demande." in page_text(response)
    assert fresh(draft).state == CaseFileState.DRAFT


def test_sending_leads_to_the_receipt(client: PortalClient, draft: CaseFile) -> None:
    response = client.post(address("check", draft), declaration(draft))

    assert response["Location"] == address("receipt", draft)
    assert fresh(draft).state == CaseFileState.SUBMITTED


def test_sending_twice_shows_the_same_receipt(client: PortalClient, draft: CaseFile) -> None:
    sent = declaration(draft)
    client.post(address("check", draft), sent)

    again = client.post(address("check", draft), sent)

    assert again["Location"] == address("receipt", draft)
    assert draft.events.filter(transition="submit").count() == 1
    assert draft.letters.count() == 1


def test_sending_what_changed_in_another_tab_shows_it_first(
    client: PortalClient, draft: CaseFile
) -> None:
    shown = declaration(draft)
    client.post(
        reverse("casefiles:task", args=[draft.reference, "maitre-de-stage"]),
        {"supervisor": "non"},
    )

    response = client.post(address("check", draft), shown)

    text = page_text(response)
    assert "Ce dossier a changé depuis que vous l’avez ouvert." in text
    assert "Maître de stage Non" in text
    assert fresh(draft).state == CaseFileState.DRAFT
    assert client.post(address("check", draft), declaration(draft)).status_code == 302


def test_sending_an_incomplete_draft_gives_every_reason(
    client: PortalClient, applicant: User
) -> None:
    draft = installation_file(until=CaseFileState.DRAFT, applicant=applicant, supervisor="")
    client.force_login(applicant)

    response = client.post(address("check", draft), declaration(draft))

    assert "Il reste à terminer : Maître de stage." in page_text(response)
    assert fresh(draft).state == CaseFileState.DRAFT


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_once() -> None:
    draft = installation_file(until=CaseFileState.DRAFT)
    assert draft.applicant is not None
    user, sent, path = draft.applicant, declaration(draft), address("check", draft)

    answers = _at_once(lambda: _post_as(user, path, sent), times=4)

    assert answers == [(302, address("receipt", draft))] * 4
    assert draft.events.filter(transition="submit").count() == 1
    assert draft.letters.filter(kind=LetterKind.RECEIPT).count() == 1
    assert OutgoingEmail.objects.filter(kind="casefile-receipt").count() == 1


def _post_as(user: User, path: str, data: dict[str, str]) -> tuple[int, str]:
    client = PortalClient()
    client.force_login(user)
    response = client.post(path, data)
    return response.status_code, response.headers.get("Location", "")


def _at_once(function: Callable[[], tuple[int, str]], *, times: int) -> list[tuple[int, str]]:
    """Run `function` in as many threads, all let go together."""
    barrier, results = threading.Barrier(times), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(function())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# --- The receipt


def test_receipt_says_what_the_law_asks(client: PortalClient, applicant: User) -> None:
    """CRPA R112-11-1: date, service in charge, what silence means and from when, appeal."""
    case_file = installation_file(applicant=applicant)
    client.force_login(applicant)

    response = client.get(address("receipt", case_file))

    text = page_text(response)
    assert "Votre demande est envoyée" in text
    assert case_file.reference in text
    assert "Le guichet a reçu votre demande le 2 novembre 2026 à 11 h." in text
    assert "l’absence de réponse au 2 janvier 2027 vaut refus (article L231-4" in text
    assert "S’il manque une pièce indispensable, nous vous la demandons." in text
    assert "Un refus né du silence se conteste jusqu’au 2 mars 2027." in text
    assert "Un refus écrit se conteste dans les deux mois qui suivent sa réception." in text
    assert "Ou saisissez le tribunal administratif d’Orléans" in text
    assert (
        "Service en charge : Cap Loiret Santé, guichet unique, Département du Loiret, "
        "45945 Orléans, 02 38 25 45 45."
    ) in text
    letter = case_file.letters.get()
    assert f"/courriers/{letter.pk}/" in response.content.decode()


def test_receipt_reminds_of_the_pieces_announced(client: PortalClient, draft: CaseFile) -> None:
    piece = reverse("casefiles:piece", args=[draft.reference, "bail"])
    document = draft.documents.get(kind__slug="bail")
    client.post(f"{piece}retirer/", {"document": document.pk})
    with time_machine.travel(START):
        client.force_login(draft.applicant)
        client.post(
            piece,
            {
                "promise": "oui",
                "reason": "Il se signe bientôt.",
                "expected_on": "2026-12-12",
            },
        )
    client.force_login(draft.applicant)

    response = client.post(address("check", draft), declaration(draft), follow=True)

    assert (
        "Vous envoyez « Bail, promesse de bail ou titre de propriété », "
        "attendue le 12 décembre 2026."
    ) in page_text(response)


# --- Corrections


@pytest.fixture
def incomplete(client: PortalClient, applicant: User, caseworker: User) -> CaseFile:
    client.force_login(applicant)
    return ask_corrections(installation_file(applicant=applicant), by=caseworker)


@time_machine.travel(START.replace(day=10))
def test_corrections_say_what_is_left_and_by_when(
    client: PortalClient, incomplete: CaseFile, applicant: User
) -> None:
    client.force_login(applicant)

    text = page_text(client.get(address("corrections", incomplete)))

    assert "À envoyer pour le 30 novembre 2026, dans 20 jours." in text
    assert "Adresse du lieu Il manque le numéro de la rue. À corriger" in text
    assert "Corrigez d’abord les 2 points qui restent." in text
    assert "Envoyer mes corrections" not in text


def test_corrections_show_the_former_and_the_new_answer(
    client: PortalClient, incomplete: CaseFile, applicant: User
) -> None:
    correct_address(incomplete, applicant)
    send_lease(incomplete, applicant)

    text = page_text(client.get(address("corrections", incomplete)))

    assert "Avant : 1 rue de la Démo Maintenant : 14 rue de la Démo Corrigé" in text
    assert "Envoyer mes corrections" in text


def test_corrections_are_sent_once(
    client: PortalClient, incomplete: CaseFile, applicant: User
) -> None:
    correct_address(incomplete, applicant)
    send_lease(incomplete, applicant)
    sent = {"expected_version": fresh(incomplete).version}

    first = client.post(address("corrections", incomplete), sent)
    again = client.post(address("corrections", incomplete), sent)

    assert first["Location"] == again["Location"] == address("case_file", incomplete)
    assert fresh(incomplete).state == CaseFileState.SUBMITTED
    assert incomplete.events.filter(transition="resubmit").count() == 1


def test_corrections_sent_too_early_give_the_points_left(
    client: PortalClient, incomplete: CaseFile, applicant: User
) -> None:
    correct_address(incomplete, applicant)

    response = client.post(
        address("corrections", incomplete), {"expected_version": fresh(incomplete).version}
    )

    assert (
        "Il reste un point à corriger : Bail, promesse de bail ou titre de propriété."
    ) in page_text(response)
    assert fresh(incomplete).state == CaseFileState.INCOMPLETE


def test_corrections_of_a_file_dismissed_meanwhile_lead_to_the_file(
    client: PortalClient, incomplete: CaseFile, caseworker: User
) -> None:
    perform(incomplete, "dismiss", actor=caseworker, comment="Sans réponse.")

    response = client.post(address("corrections", incomplete), {"expected_version": 1})

    assert response["Location"] == address("case_file", incomplete)
    assert "Classé sans suite" in page_text(client.get(response["Location"]))
