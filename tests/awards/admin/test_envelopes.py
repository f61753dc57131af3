"""The envelopes at the desk: the list, one of them, its votes, and the closing page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import Envelope, EnvelopeVote, Session
from tests.factories.awards import LISTED_AT, decided_file, listed_item, voted_envelope
from tests.support.client import PortalClient
from tests.support.text import page_text, plain

pytestmark = pytest.mark.django_db
LIST = "/admin/awards/envelope/"
ADD = f"{LIST}add/"


def typed(**changes: str) -> dict[str, str]:
    return {
        "programme": "installation",
        "year": "2026",
        "amount": "264 000 €",
        "voted_on_jour": "",
        "voted_on_mois": "",
        "voted_on_annee": "",
        "deliberation": "",
        "source": "Plan Priorité Santé, fin 2023",
        **changes,
    }


def amended(**changes: str) -> dict[str, str]:
    data = typed(direction="remove", reason="Moins de demandes.", amount="4000")
    return {**data, "expected_votes": "1", **changes}


def test_list_shows_each_year_with_its_totals(as_head: PortalClient, head: User) -> None:
    voted_envelope(40_000, actor=head)
    voted_envelope(9_000, actor=head, year=2025)
    granted = decided_file(actor=head)

    text = page_text(as_head.get(LIST))

    assert "2026 Dispositif Voté Engagé Payé Reste Le public lit" in text
    assert "40 000 € 37 000 € 0 € 3 000 € Il reste peu" in text
    assert "Total 40 000 € 37 000 € 0 € 3 000 €" in text
    assert "Total 9 000 € 0 € 0 € 9 000 €" in text
    assert granted.reference not in text


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_much_for_one_envelope_as_for_three(
    as_head: PortalClient, head: User, number: int, django_assert_num_queries: Any
) -> None:
    for year in range(2024, 2024 + number):
        voted_envelope(1000, actor=head, year=year)

    with django_assert_num_queries(7):
        as_head.get(LIST)


def test_export_is_the_list_for_a_spreadsheet(as_head: PortalClient, head: User) -> None:
    voted_envelope(40_000, actor=head)

    response = as_head.get(f"{LIST}export/")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").splitlines() == [
        "Exercice;Dispositif;Voté;Engagé;Payé;Reste;Aides au montant non publié;Fictive",
        "2026;Aide à l’installation;40000,00;0,00;0,00;40000,00;0;non",
    ]


def test_budget_is_recorded_with_its_source(as_head: PortalClient, head: User) -> None:
    response = as_head.post(ADD, typed(), follow=True)

    assert "Enveloppe enregistrée." in response.text
    text = page_text(response)
    assert "Voté 264 000 €" in text
    assert "date inconnue" in text
    assert "Plan Priorité Santé, fin 2023" in text
    assert "Aucun versement" in text
    vote = EnvelopeVote.objects.get()
    assert (vote.amount, vote.voted_on, vote.recorded_by) == (Decimal(264_000), None, head)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": "beaucoup"}, "Écrivez un montant en euros"),
        ({"amount": "0"}, "Indiquez un montant au-dessus de zéro."),
        ({"amount": "-5"}, "Indiquez un montant au-dessus de zéro."),
        ({"year": "26"}, "Écrivez l’exercice en quatre chiffres"),
        ({"source": ""}, "Donnez la date et la délibération, ou une source."),
        ({"source": "", "deliberation": "D1"}, "Donnez la date et la délibération"),
        (
            {"voted_on_jour": "1", "voted_on_mois": "1", "voted_on_annee": "2027"},
            "Cette date est à venir",
        ),
        ({"programme": "autre"}, "Cette réponse n’est pas dans la liste. Choisissez-en une autre."),
    ],
)
def test_budget_typed_wrong_says_why_and_keeps_what_was_typed(
    as_head: PortalClient, changes: dict[str, str], reason: str
) -> None:
    response = as_head.post(ADD, typed(**changes))

    assert reason in plain(response.text)
    assert f'value="{changes.get("year", "2026")}"' in response.text
    assert not Envelope.objects.exists()


def test_budget_recorded_twice_is_refused_with_the_way_out(
    as_head: PortalClient, head: User
) -> None:
    voted_envelope(1000, actor=head)

    response = as_head.post(ADD, typed())

    assert response.status_code == 409
    assert "Cette enveloppe existe déjà" in response.text
    assert EnvelopeVote.objects.count() == 1


def test_amendment_is_recorded_once(as_head: PortalClient, head: User) -> None:
    envelope = voted_envelope(40_000, actor=head)
    address = reverse("admin:awards_envelope_amend", args=[envelope.pk])

    assert "Vote enregistré." in as_head.post(address, amended(), follow=True).text
    again = as_head.post(address, amended())

    assert again.status_code == 409
    assert "Cette enveloppe a changé" in again.text
    assert [vote.amount for vote in envelope.votes.all()] == [40_000, -4_000]


def test_amendment_below_what_is_committed_says_so(as_head: PortalClient, head: User) -> None:
    envelope = voted_envelope(40_000, actor=head)
    decided_file(actor=head)

    response = as_head.post(reverse("admin:awards_envelope_amend", args=[envelope.pk]), amended())

    assert response.status_code == 409
    assert "l’enveloppe ne peut pas descendre à 36 000 €" in page_text(response)


def test_page_of_an_envelope_lists_what_commits_it(as_head: PortalClient, head: User) -> None:
    envelope = voted_envelope(40_000, actor=head)
    granted = decided_file(actor=head)

    text = page_text(as_head.get(f"{LIST}{envelope.pk}/change/"))

    assert "Reste 3 000 €" in text
    assert granted.reference in text
    assert "Versement unique À venir 37 000 €" in text
    assert "moins de 20 % de l’enveloppe" in text


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("head", (200, 200)),
        ("accountant", (200, 403)),
        ("auditor", (200, 403)),
        ("caseworker", (403, 403)),
        ("committee_member", (403, 403)),
    ],
)
def test_who_reads_and_who_writes(
    client: PortalClient,
    head: User,
    request: pytest.FixtureRequest,
    who: str,
    statuses: tuple[int, int],
) -> None:
    reads, writes = statuses
    envelope = voted_envelope(1000, actor=head)
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code == reads
    assert client.get(f"{LIST}export/").status_code == reads
    assert client.get(f"{LIST}{envelope.pk}/change/").status_code == reads
    assert client.get(ADD).status_code == writes
    assert client.get(f"{LIST}{envelope.pk}/modifier/").status_code == writes


def test_head_of_another_programme_sees_none_of_ours(
    client: PortalClient, head: User, foreign_head: User
) -> None:
    envelope = voted_envelope(1000, actor=head)
    client.force_login(foreign_head)

    assert "Aide à l’installation" not in page_text(client.get(LIST))
    assert client.get(f"{LIST}{envelope.pk}/change/").status_code == 404
    assert client.get(f"{LIST}{envelope.pk}/modifier/").status_code == 404
    assert client.get(f"{LIST}abc/change/").status_code == 404


def test_dashboard_tells_what_is_left_and_what_is_missing(
    as_head: PortalClient, head: User
) -> None:
    assert "1 Enveloppe 2026 à enregistrer" in page_text(as_head.get("/admin/"))

    voted_envelope(40_000, actor=head)

    text = page_text(as_head.get("/admin/"))
    assert "40 000 € Reste sur 2026, Aide à l’installation Sur 40 000 € votés." in text
    assert "à enregistrer" not in text


def test_closing_page_tells_what_the_votes_would_commit(
    as_head: PortalClient, session: Session, head: User
) -> None:
    voted_envelope(46_000, actor=head)
    listed_item(session=session, actor=head)
    address = reverse("admin:awards_session_close", args=[session.pk])

    text = page_text(as_head.get(address))
    assert (
        "Aide à l’installation : cette commission accorderait 37 000 € sur 2026 ; "
        "il reste 46 000 € sur 2026. Il resterait 9 000 €." in text
    )

    listed_item(session=session, actor=head)
    text = page_text(as_head.get(address))
    assert "cette commission accorderait 74 000 € sur 2026 ; il reste 46 000 €" in text
    assert "L’enveloppe ne suffit pas." in text
    assert "74 000 € demandés : il manque 28 000 €." in text


def test_closing_page_warns_of_a_year_without_envelope(
    as_head: PortalClient, session: Session, head: User
) -> None:
    listed_item(session=session, actor=head)

    text = page_text(as_head.get(reverse("admin:awards_session_close", args=[session.pk])))

    assert "aucune enveloppe n’est enregistrée pour 2026 : rien ne limite ce montant." in text
    assert LISTED_AT.year == 2026
