from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.casefiles.assignment import assign
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.messaging import send_message
from apps.casefiles.models import CaseFile
from tests.casefiles.admin.addresses import WORKLIST
from tests.factories.accounts import UserFactory
from tests.factories.awards import file_in
from tests.factories.casefiles import START, aided_commune, ask_corrections, installation_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

# Files of START are due on 2 January 2027.
TODAY = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def client(client: PortalClient, caseworker: User) -> PortalClient:
    client.force_login(caseworker)
    return client


def references(client: PortalClient, query: str = "") -> list[str]:
    html = client.get(f"{WORKLIST}{query}").content.decode()
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', html)


def tabs(client: PortalClient, query: str = "") -> dict[str, str]:
    html = client.get(f"{WORKLIST}{query}").content.decode()
    found = re.findall(r'<li><a href="\?[^>]*>([^<]+) <span class="num">([^<]+)</span></a>', html)
    return dict(found)


def test_row_says_what_an_agent_asks_first(client: PortalClient, caseworker: User) -> None:
    installation_file(
        until=CaseFileState.UNDER_REVIEW,
        applicant=UserFactory(first_name="Alice", last_name="Martin"),
        caseworker=caseworker,
        commune=aided_commune(name="Artenay"),
    )

    text = page_text(client.get(WORKLIST))

    assert (
        "Alice Martin Aide à l’installation Artenay En instruction dans 13 jours 2 janvier 2027 "
        "Chloé Instructrice 2 novembre 2026 37 000 €"
    ) in text


def test_tabs_count_and_open_each_queue(client: PortalClient, caseworker: User, head: User) -> None:
    mine = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    late = installation_file(at=START - timedelta(days=30))
    waiting = ask_corrections(installation_file(), by=caseworker)
    closed = file_in(CaseFileState.WITHDRAWN, actor=head)
    assert late.applicant
    send_message(case_file=late, author=late.applicant, body="Bonjour")

    assert tabs(client) == {
        "À traiter": "2",
        "Miens": "1",
        "Non attribués": "1",
        "En retard": "1",
        "En attente du demandeur": "1",
        "Messages à lire": "1",
        "Tous": "4",
    }
    assert references(client) == [late.reference, mine.reference]
    assert references(client, "?vue=miens") == [mine.reference]
    assert references(client, "?vue=non-attribues") == [late.reference]
    assert references(client, "?vue=en-retard") == [late.reference]
    assert references(client, "?vue=en-attente") == [waiting.reference]
    assert references(client, "?vue=messages") == [late.reference]
    assert len(references(client, "?vue=tous")) == 4
    assert closed.reference in references(client, "?vue=tous")


def test_late_file_says_so_in_words(client: PortalClient) -> None:
    installation_file(at=START - timedelta(days=30))

    assert "en retard de 17 jours" in page_text(client.get(WORKLIST))


def test_stopped_clock_says_since_when(client: PortalClient, caseworker: User) -> None:
    case_file = installation_file()
    CaseFile.objects.filter(pk=case_file.pk).update(
        legal_due_on=None, clock_stopped_on=datetime(2026, 11, 3, tzinfo=UTC).date()
    )

    assert "suspendu depuis le 3 novembre 2026" in page_text(client.get(WORKLIST))


def test_filters_keep_the_files_that_answer(client: PortalClient, caseworker: User) -> None:
    submitted = installation_file()
    reviewed = installation_file(until=CaseFileState.UNDER_REVIEW, caseworker=caseworker)
    CaseFile.objects.filter(pk=reviewed.pk).update(
        channel=Channel.POST, filed_by=caseworker, is_fictitious=True
    )

    assert references(client, "?etat=submitted") == [submitted.reference]
    assert references(client, "?canal=post") == [reviewed.reference]
    assert references(client, "?fictifs=oui") == [reviewed.reference]
    assert references(client, "?fictifs=non") == [submitted.reference]
    assert len(references(client, "?dispositif=installation")) == 2
    assert len(references(client, "?dispositif=inconnu&etat=inconnu&vue=inconnue")) == 2


def test_state_filter_counts_each_state(client: PortalClient) -> None:
    installation_file()

    html = client.get(WORKLIST).content.decode()

    assert '<option value="submitted">Déposé (1)</option>' in html
    assert '<option value="granted">Accordé (0)</option>' in html


def test_search_looks_through_every_state(client: PortalClient, head: User) -> None:
    closed = file_in(CaseFileState.WITHDRAWN, actor=head, applicant=UserFactory(last_name="Éluard"))
    installation_file()

    assert references(client, "?q=eluard") == [closed.reference]
    assert references(client, f"?q={closed.reference}") == [closed.reference]
    assert references(client, "?q=eluard&vue=a-traiter") == []


def test_columns_sort(client: PortalClient) -> None:
    early = installation_file(at=START)
    late = installation_file(at=START + timedelta(days=3))

    html = client.get(WORKLIST).content.decode()
    by_deadline = re.search(r'<th scope="col"><a href="([^"]+)">Délai légal</a>', html)

    assert by_deadline
    assert references(client, by_deadline[1]) == [early.reference, late.reference]
    assert references(client, "?o=-4") == [late.reference, early.reference]
    assert 'aria-sort="descending"' in client.get(f"{WORKLIST}?o=-4").content.decode()
    assert len(references(client, "?o=99")) == 2


def test_pages_follow_each_other_and_lead_back(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.casefiles.admin.casefile.CaseFileAdmin.list_per_page", 1)
    newest_first = [installation_file(at=START + timedelta(days=day)) for day in (2, 1, 0)]

    shown, address = [], "?vue=tous"
    while address:
        html = client.get(f"{WORKLIST}{address}").content.decode()
        shown += references(client, address)
        address = linked(html, "next")

    assert shown == [case_file.reference for case_file in newest_first]
    back = linked(html, "prev")
    assert "vue=tous" in back
    assert references(client, back) == [newest_first[1].reference]
    assert '<a href="?vue=tous">Début de la liste</a>' in html


def linked(html: str, rel: str) -> str:
    found = re.search(rf'<a rel="{rel}" href="([^"]+)"', html)
    return unescape(found[1]) if found else ""


def test_another_tab_or_order_begins_at_its_first_page(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.casefiles.admin.casefile.CaseFileAdmin.list_per_page", 1)
    for day in range(2):
        installation_file(at=START + timedelta(days=day))
    second = linked(client.get(f"{WORKLIST}?vue=tous").content.decode(), "next")

    html = client.get(f"{WORKLIST}{second}").content.decode()

    assert '<a href="?vue=a-traiter">' in html
    assert '<a href="?o=6&amp;vue=tous">Reçu le</a>' in html


@pytest.mark.parametrize("asked", ["?apres=demain", "?avant=1~x", "?p=99", "?o=2.3"])
def test_page_that_does_not_exist_is_the_first(client: PortalClient, asked: str) -> None:
    made = installation_file()

    assert references(client, asked) == [made.reference]


def test_long_list_is_reckoned_and_its_tabs_stop(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.casefiles.admin.worklist.MOST_LISTED", 1)
    monkeypatch.setattr("apps.casefiles.admin.worklist.MOST_COUNTED", 1)
    for _ in range(3):
        installation_file()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE casefiles_casefile")

    everything = page_text(client.get(f"{WORKLIST}?vue=tous"))

    assert "Tous : environ 3 dossiers" in everything
    assert tabs(client)["À traiter"] == "1+"


def test_long_search_says_that_it_found_more(
    client: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.casefiles.admin.worklist.MOST_COUNTED", 1)
    for _ in range(3):
        installation_file()

    found = page_text(client.get(f"{WORKLIST}?vue=tous&q=ins"))

    assert "Tous : plus de 1 dossier pour « ins ». Précisez la recherche." in found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Aucun dossier n’attend le guichet."),
        ("?vue=miens", "Vous ne suivez aucun dossier."),
        ("?vue=en-retard", "Aucun délai légal n’est dépassé."),
        ("?q=personne", "Aucun dossier ne répond"),
        ("?etat=granted", "Aucun dossier ne répond"),
    ],
)
def test_empty_list_says_what_to_do(client: PortalClient, query: str, words: str) -> None:
    assert words in page_text(client.get(f"{WORKLIST}{query}"))


@pytest.mark.parametrize("number", [1, 3])
def test_worklist_asks_as_much_for_one_file_as_for_three(
    client: PortalClient,
    caseworker: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    files = [installation_file() for _ in range(number)]
    assign(case_files=files, owner=caseworker, actor=caseworker)
    client.get(WORKLIST)  # the first page of a session notes when it was opened

    with django_assert_num_queries(7):
        client.get(WORKLIST)
    # It is kept that a search was made; few files answer: the recent ones, then all of them.
    with django_assert_num_queries(9):
        client.get(f"{WORKLIST}?q=dupont")


def test_line_reads_nothing_more_whatever_it_shows(
    client: PortalClient, head: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Of each file only the columns of its line are read."""
    unset = installation_file()  # its range, of an amount that is not set yet
    CaseFile.objects.filter(pk=unset.pk).update(computed_amount=None)
    for state in (CaseFileState.INCOMPLETE, CaseFileState.GRANTED, CaseFileState.WITHDRAWN):
        file_in(state, actor=head)
    client.get(f"{WORKLIST}?vue=tous")

    with django_assert_num_queries(7):
        assert len(references(client, "?vue=tous")) == 4
