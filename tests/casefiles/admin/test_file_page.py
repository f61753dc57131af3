from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles import desk as registries
from apps.casefiles.desk import Panel
from apps.casefiles.documents import promise_document, review_document
from apps.casefiles.enums import CaseFileState, Outcome
from apps.casefiles.messaging import edit_note, send_message, write_note
from apps.casefiles.models import CaseFile, DocumentKind
from apps.casefiles.transitions import perform
from tests.casefiles.admin.addresses import desk, page_of
from tests.factories.awards import file_in
from tests.factories.casefiles import START, aided_commune, ask_corrections, installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def client(client: PortalClient, caseworker: User) -> PortalClient:
    client.force_login(caseworker)
    return client


@pytest.fixture
def under_review(applicant: User, caseworker: User) -> CaseFile:
    return installation_file(
        until=CaseFileState.UNDER_REVIEW,
        applicant=applicant,
        caseworker=caseworker,
        commune=aided_commune(name="Artenay", postcodes=["45410"]),
    )


def read(client: PortalClient, case_file: CaseFile) -> str:
    return page_text(client.get(page_of(case_file)))


def test_page_says_who_asks_what_and_what_the_rules_say(
    client: PortalClient, under_review: CaseFile
) -> None:
    text = read(client, under_review)

    assert "Aide à l’installation, Alice Martin En instruction" in text
    assert "Reçu le 2 novembre 2026." in text
    assert "Le silence vaut refus le 2 janvier 2027, dans 43 jours." in text
    assert "Profession Masseur-kinésithérapeute" in text
    assert "Commune Artenay (45410)" in text
    assert "Sans réponse : Téléphone, Spécialité, Numéro RPPS, Détail de l’autre aide." in text
    assert "37 000 €" in text
    assert "+ 2 000 €" in text
    assert "Artenay : zone intermédiaire" in text
    assert "Barème et zone du 2 novembre 2026, jour de la demande" in text


def test_page_lists_the_moves_and_why_the_others_are_refused(
    client: PortalClient, under_review: CaseFile, caseworker: User
) -> None:
    html = client.get(page_of(under_review)).content.decode()

    for name in ("propose", "request_changes", "dismiss"):
        assert f'href="{desk("move", under_review, name)}"' in html
    assert html.index("/move/propose/") < html.index("/move/dismiss/")


def test_move_decided_in_a_commission_says_so(client: PortalClient, head: User) -> None:
    case_file = file_in(CaseFileState.SCHEDULED, actor=head)

    text = read(client, case_file)

    assert "Enregistrer l’accord, Enregistrer le refus" in text
    assert "Il faut le rôle « Responsable du guichet » pour ce dispositif." in text
    client.force_login(head)
    assert "Le vote s’enregistre en clôturant" in read(client, case_file)


def test_closed_file_says_that_nothing_is_left(client: PortalClient, head: User) -> None:
    case_file = file_in(CaseFileState.WITHDRAWN, actor=head)

    assert "Ce dossier est clos : plus rien ne le fait avancer." in read(client, case_file)


def test_missing_and_announced_pieces_stand_out(
    client: PortalClient, under_review: CaseFile, caseworker: User, applicant: User
) -> None:
    lease = under_review.documents.get(kind__slug="bail")
    review_document(document=lease, by=caseworker, accepted=False, comment="Dernière page absente.")
    diploma = under_review.documents.get(kind__slug="diplome")
    review_document(document=diploma, by=caseworker, accepted=True)

    text = read(client, under_review)

    assert "Il manque Bail, promesse de bail ou titre de propriété" in text
    assert "À remplacer par Chloé Instructrice, le 20 novembre 2026." in text
    assert "« Dernière page absente. »" in text
    assert "Acceptée par Chloé Instructrice" in text


def test_announced_piece_gives_its_reason_and_its_day(
    client: PortalClient, applicant: User
) -> None:
    case_file = installation_file(until=CaseFileState.DRAFT, applicant=applicant)
    case_file.documents.filter(kind__slug="bail").update(removed_at=START)
    promise_document(
        case_file=case_file,
        kind=DocumentKind.objects.get(slug="bail"),
        reason="Signature le 12",
        expected_on=datetime(2026, 12, 12, tzinfo=UTC).date(),
        by=applicant,
    )
    perform(case_file, "submit", actor=applicant)

    text = read(client, case_file)

    assert "annoncée pour le 12 décembre 2026, « Signature le 12 »" in text


def test_corrections_under_way_say_what_is_awaited(
    client: PortalClient, caseworker: User, applicant: User
) -> None:
    case_file = ask_corrections(installation_file(applicant=applicant), by=caseworker)

    text = read(client, case_file)

    assert "Attendues pour le 30 novembre 2026, demandées par Chloé Instructrice" in text
    assert "Le délai légal continue." in text
    assert "Il manque le numéro de la rue. Attendu" in text


def test_messages_are_read_by_the_guichet_when_an_agent_opens_the_file(
    client: PortalClient, under_review: CaseFile, applicant: User, auditor: User
) -> None:
    send_message(case_file=under_review, author=applicant, body="Le bail arrive.", at=START)
    message = under_review.messages.get()
    client.force_login(auditor)
    read(client, under_review)
    message.refresh_from_db()
    assert message.read_at is None

    client.force_login(under_review.owner)
    text = read(client, under_review)

    assert "Alice Martin Nouveau Le bail arrive." in text
    message.refresh_from_db()
    assert (message.read_at, message.read_by) == (TODAY, under_review.owner)
    assert "Lu le 20 novembre 2026 à 10 h par Chloé Instructrice" in read(client, under_review)


def test_notes_keep_their_former_texts(
    client: PortalClient, under_review: CaseFile, caseworker: User
) -> None:
    note = write_note(case_file=under_review, author=caseworker, body="Avis demandé.")
    edit_note(note=note, author=caseworker, body="Avis favorable.")

    assert "Avis favorable." in read(client, under_review)
    text = page_text(client.get(desk("note_change", under_review, note.pk)))
    assert "Anciens textes" in text
    assert "Avis demandé." in text


def test_story_names_everybody_and_gives_the_letters(
    client: PortalClient, under_review: CaseFile
) -> None:
    html = client.get(page_of(under_review)).content.decode()
    text = read(client, under_review)

    assert "Dossier pris en charge Chloé Instructrice, 2 novembre 2026 à 12 h" in text
    assert "Demande déposée Alice Martin, 2 novembre 2026 à 11 h" in text
    letter = under_review.letters.get()
    assert desk("letter", under_review, letter.pk) in html


def test_other_agent_who_has_it_open_is_named(
    client: PortalClient, under_review: CaseFile, other_caseworker: User
) -> None:
    assert "Ouvert par" not in read(client, under_review)

    client.force_login(other_caseworker)

    assert "Ouvert par Chloé Instructrice depuis 10 h." in read(client, under_review)


def test_proposal_shows_its_amount_beside_the_computed_one(
    client: PortalClient, caseworker: User, head: User
) -> None:
    case_file = installation_file(
        until=CaseFileState.PROPOSED, caseworker=caseworker, amount=Decimal(30000)
    )

    text = read(client, case_file)

    assert "Proposition : accorder 30 000 €" in text
    assert "Montant calculé : 37 000 €." in text
    rejected = installation_file(
        until=CaseFileState.PROPOSED, caseworker=caseworker, outcome=Outcome.REJECT
    )
    assert "Proposition : refuser" in read(client, rejected)


def test_panels_of_the_layers_above_are_drawn(
    client: PortalClient, under_review: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(page_of(under_review)).content.decode().count("<svg")
    monkeypatch.setattr(registries, "_panel_sources", [])
    for in_aside in (True, False):
        panel = Panel(template="components/mark.html", context={}, in_aside=in_aside)
        registries.adds_panel(lambda case_file, user, panel=panel: panel)

    assert client.get(page_of(under_review)).content.decode().count("<svg") == before + 2


def test_late_file_says_what_silence_meant(client: PortalClient) -> None:
    case_file = installation_file(at=START - timedelta(days=60))

    text = read(client, case_file)

    assert "Délai dépassé" in text
    assert "en retard de" in text


def test_file_page_of_every_state_is_drawn(client: PortalClient, head: User) -> None:
    for state in CaseFileState:
        case_file = file_in(state, actor=head)
        if state == CaseFileState.DRAFT:
            assert client.get(page_of(case_file)).status_code == 404
            continue
        for person in (head, case_file.owner or head):
            client.force_login(person)
            assert client.get(page_of(case_file)).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_file_page_asks_as_much_for_one_of_each_as_for_three(
    client: PortalClient,
    under_review: CaseFile,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    caseworker, applicant = under_review.owner, under_review.applicant
    assert caseworker is not None
    assert applicant is not None
    for _ in range(number):
        write_note(case_file=under_review, author=caseworker, body="Note")
        send_message(case_file=under_review, author=applicant, body="Bonjour", at=START)
    client.get(page_of(under_review))  # reads the messages, and notes the session's opening

    with django_assert_num_queries(11):
        client.get(page_of(under_review))
