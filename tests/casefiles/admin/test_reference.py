"""Rates, pieces and campaigns: their head changes them, with their history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.accounts.models import User
from apps.casefiles.models import Campaign, DocumentKind, Rate
from tests.factories.casefiles import installation_file, reference_rows
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

RATES = "/admin/casefiles/rate/"
PIECES = "/admin/casefiles/documentkind/"
CAMPAIGNS = "/admin/casefiles/campaign/"


@pytest.fixture(autouse=True)
def _rows() -> None:
    reference_rows()


def rate_data(**changes: Any) -> dict[str, Any]:
    return {
        "programme": "installation",
        "code": "base:sage-femme",
        "label": "Sage-femme",
        "amount": "20000",
        "valid_during_0": "2027-01-01",
        "valid_during_1": "",
        "source": "Délibération d’essai",
    } | changes


@pytest.mark.parametrize(
    ("persona", "reads", "adds"),
    [
        *(("head", 200, 200), ("superuser", 200, 200)),
        *(("caseworker", 200, 403), ("auditor", 200, 403), ("accountant", 200, 403)),
        *(("editor", 403, 403), ("committee_member", 403, 403)),
    ],
)
def test_lists_follow_the_roles(
    client: PortalClient, request: pytest.FixtureRequest, persona: str, reads: int, adds: int
) -> None:
    client.force_login(request.getfixturevalue(persona))

    for address in (RATES, PIECES, CAMPAIGNS):
        assert client.get(address).status_code == reads
        assert client.get(f"{address}add/").status_code == adds


def test_agents_of_another_programme_see_none_of_ours(
    client: PortalClient, foreign_caseworker: User
) -> None:
    client.force_login(foreign_caseworker)
    rate = Rate.objects.filter(programme="installation").first()
    assert rate is not None

    assert "Sage-femme" not in page_text(client.get(RATES))
    assert client.get(f"{RATES}{rate.pk}/change/").status_code == 302  # as for a row that is not


def test_head_sets_a_rate_and_its_history_says_who(client: PortalClient, head: User) -> None:
    client.force_login(head)

    client.post(f"{RATES}add/", rate_data())

    rate = Rate.objects.get(code="base:sage-femme")
    assert (rate.amount, rate.valid_during.lower) == (Decimal(20000), date(2027, 1, 1))
    text = page_text(client.get(f"{RATES}{rate.pk}/history/"))
    assert "Création par Hélène Responsable" in text
    assert "Sage-femme" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "bonus:maitre-de-stage"}, "Un barème est déjà en vigueur sur cette période."),
        ({"source": ""}, "Remplissez cette case."),
        (
            {"programme": "bourse-etudes"},
            "Cette réponse n’est pas dans la liste. Choisissez-en une autre.",
        ),
        ({"amount": "-1"}, "Un montant n’est pas négatif."),
        ({"valid_during_0": ""}, "Indiquez le premier jour."),
    ],
)
def test_rate_that_cannot_be_says_why(
    client: PortalClient, head: User, changes: dict[str, str], words: str
) -> None:
    client.force_login(head)

    response = client.post(f"{RATES}add/", rate_data(**changes))

    assert words in page_text(response)
    assert not Rate.objects.filter(code="base:sage-femme").exists()


def test_rate_cited_by_a_file_is_not_deleted(client: PortalClient, head: User) -> None:
    installation_file()
    cited = Rate.objects.get(code="base:masseur-kinesitherapeute")
    free = Rate.objects.create(
        programme="installation",
        code="essai",
        label="Essai",
        amount=1,
        valid_during=DateRange(date(2030, 1, 1), None),
        source="Essai",
    )
    client.force_login(head)

    assert client.post(f"{RATES}{cited.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"{RATES}{free.pk}/delete/", {"post": "yes"})

    assert Rate.objects.filter(pk=cited.pk).exists()
    assert not Rate.objects.filter(pk=free.pk).exists()


def test_piece_that_somebody_sent_is_not_deleted(client: PortalClient, head: User) -> None:
    installation_file()
    kind = DocumentKind.objects.get(slug="bail")
    client.force_login(head)

    client.post(f"{PIECES}{kind.pk}/delete/", {"post": "yes"})

    assert DocumentKind.objects.filter(pk=kind.pk).exists()


def test_piece_is_stopped_and_its_history_says_so(client: PortalClient, head: User) -> None:
    kind = DocumentKind.objects.get(slug="bail")
    client.force_login(head)

    client.post(
        f"{PIECES}{kind.pk}/change/",
        {"label": kind.label, "help_text": kind.help_text, "position": "9", "is_required": "on"},
    )

    kind.refresh_from_db()
    assert (kind.is_active, kind.slug, kind.programme) == (False, "bail", "installation")
    assert "Modification par Hélène Responsable" in page_text(
        client.get(f"{PIECES}{kind.pk}/history/")
    )


def test_campaign_is_opened_and_kept_in_the_history(client: PortalClient, head: User) -> None:
    client.force_login(head)

    client.post(
        f"{CAMPAIGNS}add/",
        {
            "programme": "installation",
            "label": "Appel d’essai",
            "opens_on": "2027-01-01",
            "closes_on": "",
        },
    )

    campaign = Campaign.objects.get()
    assert "Création par Hélène Responsable" in page_text(
        client.get(f"{CAMPAIGNS}{campaign.pk}/history/")
    )
