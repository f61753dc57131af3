"""« Saisir une demande »: for a person at the desk, on the phone, by post."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile
from apps.core import clock
from tests.factories.casefiles import installation_file, reference_rows
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

INTAKE = "/admin/casefiles/casefile/add/"


@pytest.fixture
def client(client: PortalClient, caseworker: User) -> PortalClient:
    reference_rows()
    client.force_login(caseworker)
    return client


def type_in(client: PortalClient, **changes: Any) -> Any:
    """The form as an agent fills it; dates are today's."""
    today = clock.today()
    data = {
        "programme": "installation",
        "channel": "desk",
        "received_on_jour": today.day,
        "received_on_mois": today.month,
        "received_on_annee": today.year,
        "first_name": "Démo",
        "last_name": "Papier",
        "postal_address": "1 rue de la Démo\n45000 Orléans",
    }
    return client.post(INTAKE, data | changes)


def test_request_without_e_mail_is_started_under_the_person_s_name(
    client: PortalClient, caseworker: User
) -> None:
    response = type_in(client, channel="phone", phone="02 38 00 00 00")

    case_file = CaseFile.objects.get()
    assert response["Location"] == f"/mon-espace/dossiers/{case_file.reference}/"
    assert (case_file.applicant, case_file.filed_by) == (None, caseworker)
    assert (case_file.channel, case_file.applicant_name) == (Channel.PHONE, "Démo Papier")
    assert str(case_file.phone) == "+33238000000"
    assert client.get(response["Location"]).status_code == 200


def test_letter_counts_from_the_day_it_came(client: PortalClient) -> None:
    day = clock.today() - timedelta(days=6)

    type_in(
        client,
        channel="post",
        received_on_jour=day.day,
        received_on_mois=day.month,
        received_on_annee=day.year,
    )

    assert clock.paris_date(CaseFile.objects.get().created_at) == day


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "La demande est déjà reçue"), (-61, "C’était il y a plus de 60 jours")],
)
def test_day_of_arrival_is_plausible(client: PortalClient, days: int, words: str) -> None:
    day = clock.today() + timedelta(days=days)

    response = type_in(
        client,
        received_on_jour=day.day,
        received_on_mois=day.month,
        received_on_annee=day.year,
    )

    assert words in page_text(response)
    assert 'value="Papier"' in response.content.decode()
    assert CaseFile.objects.count() == 0


def test_scan_of_the_paper_form_is_a_piece(client: PortalClient) -> None:
    type_in(client, scan=[upload(pdf_bytes(pages=2), "formulaire.pdf")])

    document = CaseFile.objects.get().documents.get()
    assert document.kind.slug == "formulaire-papier"
    assert document.file.page_count == 2


def test_scan_that_is_refused_says_why_and_keeps_what_was_typed(client: PortalClient) -> None:
    response = type_in(client, scan=[upload(b"MZ virus", "formulaire.pdf")])

    assert response.status_code == 200
    assert "formulaire.pdf" in page_text(response)
    assert 'value="Papier"' in response.content.decode()
    assert CaseFile.objects.count() == 0


def test_known_address_asks_whether_it_is_the_same_person(
    client: PortalClient, applicant: User
) -> None:
    asked = type_in(client, email="ALICE@exemple.fr")

    assert "Un compte existe à cette adresse, au nom de Alice Martin." in page_text(asked)
    assert "Rattacher au compte de Alice Martin" in page_text(asked)
    assert CaseFile.objects.count() == 0

    type_in(client, email="alice@exemple.fr", account="compte")
    assert CaseFile.objects.get().applicant == applicant


def test_known_address_may_be_left_alone(client: PortalClient, applicant: User) -> None:
    type_in(client, email="alice@exemple.fr", account="sans")

    case_file = CaseFile.objects.get()
    assert (case_file.applicant, case_file.email) == (None, "alice@exemple.fr")


def test_request_under_way_is_not_started_twice(client: PortalClient, applicant: User) -> None:
    existing = installation_file(applicant=applicant)

    response = type_in(client, email="alice@exemple.fr", account="compte")

    assert f"une demande en cours pour ce dispositif : {existing.reference}" in page_text(response)
    assert CaseFile.objects.count() == 1


def test_agent_types_in_nothing_for_themselves(client: PortalClient, caseworker: User) -> None:
    response = type_in(client, email=caseworker.email, account="compte")

    assert "Un agent ne saisit pas sa propre demande." in page_text(response)
    assert CaseFile.objects.count() == 0


@pytest.mark.parametrize("persona", ["auditor", "accountant", "editor", "committee_member"])
def test_only_agents_type_in(
    client: PortalClient, request: pytest.FixtureRequest, persona: str
) -> None:
    client.force_login(request.getfixturevalue(persona))

    assert client.get(INTAKE).status_code == 403
    assert type_in(client).status_code == 403
    assert CaseFile.objects.count() == 0


def test_agent_of_another_programme_is_offered_none_of_ours(
    client: PortalClient, foreign_caseworker: User
) -> None:
    client.force_login(foreign_caseworker)

    assert "Aide à l’installation" not in page_text(client.get(INTAKE))
    assert type_in(client).status_code == 200
    assert CaseFile.objects.count() == 0
