"""Renewals at the desk: what changed is marked, each act has its page, two persons decide."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.awards.enums import RenewalStatus, StudySituation
from apps.awards.models import Graduation, Renewal, RenewalRound
from apps.awards.renewals import open_renewals
from tests.factories.accounts import UserFactory
from tests.factories.bursaries import (
    OPENED_AT,
    VOTED_AT,
    bursary_staff,
    granted_bursary,
    opened_renewal,
    proposed,
    renewed,
    sent,
)
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/renewal/"


@pytest.fixture
def moment() -> datetime:
    return VOTED_AT


@pytest.fixture
def bursary_head(db: None) -> User:
    return bursary_staff(Role.HEAD)


@pytest.fixture
def renewal(bursary_head: User) -> Renewal:
    return opened_renewal(head=bursary_head)


@pytest.fixture
def as_caseworker(client: PortalClient) -> PortalClient:
    client.force_login(bursary_staff(Role.CASEWORKER))
    return client


@pytest.fixture
def as_bursary_head(client: PortalClient, bursary_head: User) -> PortalClient:
    client.force_login(bursary_head)
    return client


def url(renewal: Renewal, page: str = "change/") -> str:
    return f"{LIST}{renewal.pk}/{page}"


def state(renewal: Renewal) -> str:
    return Renewal.objects.get(pk=renewal.pk).status


def test_caseworker_sees_what_changed_and_the_rules(
    as_caseworker: PortalClient, renewal: Renewal
) -> None:
    sent(renewal)

    text = page_text(as_caseworker.get(url(renewal)))

    assert "Réponses, avant et après : 1 changée" in text
    assert "Quelle année d’études ? 1 2 Changé" in text
    assert "Déjà accordé : 3 000 €. Reste : 15 000 € au plus." in text
    assert "Proposer une décision" in text
    assert "Accorder l’année" not in text
    assert as_caseworker.get(url(renewal, "justificatif/")).getvalue().startswith(b"%PDF")


def test_caseworker_proposes_within_the_bounds_and_a_head_grants(
    client: PortalClient, as_caseworker: PortalClient, renewal: Renewal, bursary_head: User
) -> None:
    sent(renewal)
    wrong = as_caseworker.post(
        url(renewal, "proposer/"), {"outcome": "grant", "amount": "3 500", "reason": "Essai"}
    )
    assert "Le plafond laisse 3 000 € au plus pour cette année." in page_text(wrong)
    assert 'value="3 500"' in wrong.text
    as_caseworker.post(url(renewal, "proposer/"), {"outcome": "grant", "amount": "2 500"})
    assert state(renewal) == RenewalStatus.PROPOSED

    client.force_login(bursary_head)
    missing = client.post(url(renewal, "accorder/"), {"decided_on": "2027-10-15"})
    assert "Indiquez le numéro de la délibération." in page_text(missing)
    done = client.post(
        url(renewal, "accorder/"),
        {"decided_on": "2027-10-15", "deliberation": "CP-2027-10-15/B02"},
        follow=True,
    )

    text = page_text(done)
    assert "L’année est accordée." in done.text
    assert "Accordé le 15 octobre 2027, délibération CP-2027-10-15/B02." in text
    assert "avenant 1, exercice 2027" in text
    amendment = renewal.case_file.amendments.get()
    assert amendment.amount == Decimal(2500)


def test_refusal_is_proposed_with_a_reason_and_decided(
    client: PortalClient, as_caseworker: PortalClient, renewal: Renewal, bursary_head: User
) -> None:
    sent(renewal, StudySituation.STOPPED)
    missing = as_caseworker.post(url(renewal, "proposer/"), {"outcome": "reject"})
    assert "Indiquez le motif du refus" in page_text(missing)
    as_caseworker.post(
        url(renewal, "proposer/"), {"outcome": "reject", "reason": "Études arrêtées."}
    )

    client.force_login(bursary_head)
    assert "Accorder l’année" not in page_text(client.get(url(renewal)))
    assert "Études arrêtées." in client.get(url(renewal, "refuser/")).text
    unnumbered = {"reason": "Études arrêtées.", "decided_on": "2027-10-15"}
    missing = client.post(url(renewal, "refuser/"), unnumbered)
    assert "Indiquez le numéro de la délibération." in missing.text
    client.post(url(renewal, "refuser/"), {**unnumbered, "deliberation": "CP-2027-10-15/B03"})

    assert state(renewal) == RenewalStatus.REFUSED


@pytest.mark.parametrize(
    ("page", "typed", "status"),
    [
        ("rendre/", {"reason": "Certificat illisible."}, RenewalStatus.TO_DO),
        ("classer/", {"reason": "Études à l’arrêt."}, RenewalStatus.CLOSED),
    ],
)
def test_sent_renewal_is_given_back_or_closed(
    as_caseworker: PortalClient,
    renewal: Renewal,
    page: str,
    typed: dict[str, str],
    status: RenewalStatus,
) -> None:
    sent(renewal)
    assert as_caseworker.get(url(renewal, page)).status_code == 200
    assert "Dites pourquoi" in as_caseworker.post(url(renewal, page), {}).text
    as_caseworker.post(url(renewal, page), typed)
    assert state(renewal) == status


def test_head_sends_a_proposal_back_to_study(
    as_bursary_head: PortalClient, renewal: Renewal
) -> None:
    proposed(renewal)
    as_bursary_head.post(url(renewal, "reprendre/"), {"comment": "Montant à revoir."})
    assert state(renewal) == RenewalStatus.SENT


def test_second_click_is_refused_with_its_reason(
    as_bursary_head: PortalClient, renewal: Renewal, bursary_head: User
) -> None:
    renewed(renewal, head=bursary_head)
    again = as_bursary_head.post(
        url(renewal, "accorder/"), {"decided_on": "2027-10-15", "deliberation": "CP-1"}
    )
    assert again.status_code == 409
    assert "Ce renouvellement est à l’état « Accordé »." in page_text(again)
    assert renewal.case_file.amendments.count() == 1


def test_who_proposed_is_told_that_another_person_decides(
    client: PortalClient, renewal: Renewal
) -> None:
    both: User = UserFactory(grants=[(Role.HEAD, "bourse-etudes")])
    proposed(renewal, caseworker=both)
    client.force_login(both)

    assert "une autre personne doit décider" in page_text(client.get(url(renewal, "accorder/")))
    assert "Accorder l’année" not in page_text(client.get(url(renewal)))


@pytest.mark.parametrize("persona", ["accountant_of_bursaries", "auditor"])
def test_readers_read_and_do_nothing(
    client: PortalClient, renewal: Renewal, auditor: User, persona: str
) -> None:
    sent(renewal)
    client.force_login(auditor if persona == "auditor" else bursary_staff(Role.ACCOUNTANT))

    page = page_text(client.get(url(renewal)))
    assert "Proposer une décision" not in page
    refused = client.post(url(renewal, "proposer/"), {"outcome": "grant", "amount": "2500"})
    assert refused.status_code == 409
    assert state(renewal) == RenewalStatus.SENT


def test_another_programme_s_agent_finds_nothing(
    client: PortalClient, renewal: Renewal, caseworker: User
) -> None:
    client.force_login(caseworker)
    assert client.get(url(renewal)).status_code == 404
    assert client.get(f"{LIST}999999/change/").status_code == 404
    assert client.get(f"{LIST}abc/change/").status_code == 404


def test_file_s_page_shows_its_years_and_records_the_diploma(
    as_caseworker: PortalClient, renewal: Renewal
) -> None:
    sent(renewal, StudySituation.GRADUATED)
    file_page = f"/admin/casefiles/casefile/{renewal.case_file_id}/change/"
    act = f"{LIST}diplome/{renewal.case_file_id}/"
    text = page_text(as_caseworker.get(file_page))
    assert "Années suivantes 2027-2028 À étudier" in text
    assert "Enregistrer le diplôme" in text

    future = as_caseworker.post(act, {"graduated_on": "2028-01-01"})
    assert "Cette date est à venir." in page_text(future)
    done = as_caseworker.post(act, {"graduated_on": "2027-09-10"}, follow=True)

    assert "Diplôme obtenu le 10 septembre 2027." in page_text(done)
    assert Graduation.objects.get().case_file_id == renewal.case_file_id
    assert state(renewal) == RenewalStatus.CLOSED
    assert as_caseworker.post(act, {"graduated_on": "2027-09-10"}).status_code == 409


def test_late_list(as_caseworker: PortalClient, renewal: Renewal) -> None:
    """On 18 October the last day, 15 October, is past."""
    text = page_text(as_caseworker.get(f"{LIST}?retard=oui"))
    assert renewal.case_file.reference in text
    assert "En retard" in text
    sent(renewal)
    assert renewal.case_file.reference not in page_text(as_caseworker.get(f"{LIST}?retard=oui"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(
    as_caseworker: PortalClient,
    renewal: Renewal,
    bursary_head: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count - 1):
        granted_bursary(head=bursary_head)
    open_renewals(on=OPENED_AT.date(), at=OPENED_AT)
    as_caseworker.get(LIST)

    with django_assert_num_queries(6):
        response = as_caseworker.get(LIST)
    assert page_text(response).count("BRS-2026-") == count


def test_head_sets_the_days_of_a_year(as_bursary_head: PortalClient) -> None:
    form: dict[str, Any] = {
        "programme": "bourse-etudes",
        "school_year": "2028",
        "opens_on_jour": "1",
        "opens_on_mois": "7",
        "opens_on_annee": "2028",
    }
    wrong = as_bursary_head.post("/admin/awards/renewalround/add/", form | {"due_on": "2028-06-01"})
    assert "La date limite suit l’ouverture." in page_text(wrong)
    as_bursary_head.post("/admin/awards/renewalround/add/", form)

    round_ = RenewalRound.objects.get(school_year=2028)
    assert (round_.opens_on.isoformat(), round_.due_on) == ("2028-07-01", None)
    text = page_text(as_bursary_head.get("/admin/awards/renewalround/"))
    assert "2028-2029 Bourse d’études 1er juillet 2028 sans date" in text


@pytest.mark.parametrize(("role", "adds"), [(Role.CASEWORKER, 403), (Role.HEAD, 200)])
def test_rounds_follow_the_roles(client: PortalClient, role: Role, adds: int) -> None:
    client.force_login(bursary_staff(role))
    assert client.get("/admin/awards/renewalround/").status_code == 200
    assert client.get("/admin/awards/renewalround/add/").status_code == adds
