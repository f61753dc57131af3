"""Commitments at the desk: the lists, the page of one, each act, and breaking a convention."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.enums import ClawbackStatus, CommitmentStatus, PromiseStatus, ProofStatus
from apps.awards.models import AwardTerms, Clawback, Commitment, CommitmentPause, CommitmentProof
from apps.casefiles.admin import file_rows
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.factories.casefiles import installation_file
from tests.factories.commitments import (
    pay_all,
    promise_of,
    running_commitment,
    waiting_commitment,
)
from tests.factories.supervisors import SupervisorFactory
from tests.factories.territory import CommuneFactory
from tests.support.client import PortalClient
from tests.support.text import page_text, plain
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/commitment/"


@pytest.fixture
def moment() -> datetime:
    """Half-way: 913 of 1 826 days."""
    return datetime(2029, 7, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def commitment(head: User) -> Commitment:
    """37 000 € paid, five years from 4 January 2027."""
    found = running_commitment(actor=head, every=12)
    pay_all(found.case_file)
    return found


def page(commitment: Commitment, path: str = "") -> str:
    return f"{LIST}{commitment.pk}/{path}" if path else f"{LIST}{commitment.pk}/change/"


def typed(name: str, day: date) -> dict[str, str]:
    return {
        f"{name}_jour": str(day.day),
        f"{name}_mois": str(day.month),
        f"{name}_annee": str(day.year),
    }


def is_pdf(response: Any) -> bool:
    return b"".join(response.streaming_content).startswith(b"%PDF")


def test_page_says_where_it_stands(as_head: PortalClient, commitment: Commitment) -> None:
    text = page_text(as_head.get(page(commitment)))

    assert "Dernier jour dû 3 janvier 2032, pauses comprises" in text
    assert "À rembourser au 4 juillet 2029 : 18 500 €" in text
    assert "Devenir maître de stage, 2 000 € en jeu" in text


def test_page_reckons_for_any_day(as_head: PortalClient, commitment: Commitment) -> None:
    text = page_text(as_head.get(f"{page(commitment)}?on=2030-01-03"))

    assert "À rembourser au 3 janvier 2030 : 14 791,89 €" in text


def test_file_page_leads_to_the_commitment(as_head: PortalClient, commitment: Commitment) -> None:
    file_page = as_head.get(f"/admin/casefiles/casefile/{commitment.case_file_id}/change/")

    assert "Jusqu’au 3 janvier 2032" in page_text(file_page)
    assert page(commitment) in file_page.content.decode()


def test_first_day_is_recorded_from_its_page(as_head: PortalClient, head: User) -> None:
    waiting = waiting_commitment(actor=head)
    assert 'value="2027"' in as_head.get(page(waiting, "premier-jour/")).content.decode()

    as_head.post(page(waiting, "premier-jour/"), typed("started_on", date(2027, 1, 11)))

    waiting.refresh_from_db()
    assert (waiting.status, waiting.started_on) == (CommitmentStatus.RUNNING, date(2027, 1, 11))


def test_pause_is_added_changed_and_removed(as_head: PortalClient, commitment: Commitment) -> None:
    first = typed("first_day", date(2028, 3, 1))
    as_head.post(page(commitment, "pauses/ajouter/"), {**first, "kind": "maternity"})
    pause = CommitmentPause.objects.get()
    assert pause.last_day is None
    assert "Depuis le 1er mars 2028, sans fin connue" in page_text(as_head.get(page(commitment)))

    ends = {**first, **typed("last_day", date(2028, 6, 20))}
    as_head.post(page(commitment, f"pauses/{pause.pk}/"), ends)
    assert "24 avril 2032" in page_text(as_head.get(page(commitment)))

    as_head.post(page(commitment, f"pauses/{pause.pk}/retirer/"))
    assert not CommitmentPause.objects.exists()


def test_refused_pause_keeps_what_was_typed(as_head: PortalClient, commitment: Commitment) -> None:
    response = as_head.post(
        page(commitment, "pauses/ajouter/"),
        {**typed("first_day", date(2026, 3, 1)), "kind": "other"},
    )

    assert response.status_code == 409
    assert "L’engagement commence le 4 janvier 2027." in page_text(response)
    assert 'value="2026"' in response.content.decode()


def test_place_is_changed_from_its_page(as_head: PortalClient, commitment: Commitment) -> None:
    CommuneFactory(name="Nouvelle-sur-Loire", slug="nouvelle")
    since = typed("since", date(2029, 5, 2))

    as_head.post(page(commitment, "commune/"), {"commune": "Nouvelle-sur-Loire", **since})

    commitment.refresh_from_db()
    assert commitment.commune is not None
    assert commitment.commune.name == "Nouvelle-sur-Loire"


def test_place_outside_the_territory_is_refused(
    as_head: PortalClient, commitment: Commitment
) -> None:
    response = as_head.post(
        page(commitment, "commune/"), {"commune": "Paris", **typed("since", date(2029, 5, 2))}
    )

    assert "Aucune commune du Loiret ne répond à « Paris »." in page_text(response)
    assert not commitment.transfers.exists()


def test_proof_is_typed_in_refused_and_accepted(
    as_head: PortalClient, commitment: Commitment
) -> None:
    proof = CommitmentProof.objects.create(commitment=commitment, due_on=date(2028, 1, 4))
    address = page(commitment, f"justificatifs/{proof.pk}/")
    paper = {"file": upload(pdf_bytes(), "attestation.pdf")}
    as_head.post(f"{address}donner/", paper)
    as_head.post(f"{address}refaire/", {"reason": "La date manque."})
    proof.refresh_from_db()
    assert (proof.status, proof.refusal_reason) == (ProofStatus.AWAITED, "La date manque.")
    assert OutgoingEmail.objects.filter(kind="commitment-proof-refused").count() == 1

    as_head.post(f"{address}donner/", {"file": upload(pdf_bytes(), "attestation.pdf")})
    assert "Accepter ce justificatif" in page_text(as_head.get(address))
    as_head.post(address)

    proof.refresh_from_db()
    assert proof.status == ProofStatus.ACCEPTED
    assert is_pdf(as_head.get(f"{address}fichier/"))


def test_kept_promise_is_linked_to_the_register(
    as_head: PortalClient, commitment: Commitment
) -> None:
    promise, supervisor = promise_of(commitment), SupervisorFactory()
    address = page(commitment, f"promesses/{promise.pk}/")
    as_head.post(f"{address}donner/", {"file": upload(pdf_bytes(), "agrement.pdf")})
    as_head.post(f"{address}tenue/", {"supervisor": supervisor.pk})

    promise.refresh_from_db()
    assert (promise.status, promise.supervisor) == (PromiseStatus.KEPT, supervisor)
    assert str(supervisor) in page_text(as_head.get(page(commitment)))


def test_promise_not_kept_shows_its_amount_before_asking_it_back(
    as_head: PortalClient, commitment: Commitment
) -> None:
    address = page(commitment, f"promesses/{promise_of(commitment).pk}/non-tenue/")
    assert "À rembourser : 2 000 €. La convention continue." in page_text(as_head.get(address))

    as_head.post(address, {"reason": "Aucun agrément n’a été demandé."})

    assert Clawback.objects.get().amount == 2000


def termination(case_file: CaseFile, **values: object) -> dict[str, object]:
    return {
        "version": case_file.version,
        "comment": "Départ pour un autre département.",
        "shown": "18500.00",
        "on": "2029-07-04",
        **values,
    }


def rupture(commitment: Commitment) -> str:
    return f"{LIST}dossiers/{commitment.case_file_id}/rompre/"


def test_breach_is_reckoned_on_its_page_before_it_is_agreed_to(
    as_head: PortalClient, commitment: Commitment
) -> None:
    file_page = as_head.get(f"/admin/casefiles/casefile/{commitment.case_file_id}/change/")
    assert rupture(commitment) in file_page.content.decode()

    text = page_text(as_head.get(rupture(commitment)))
    assert "37 000 € × 913 jours restants ÷ 1 826 jours = 18 500 €" in text
    as_head.post(rupture(commitment), termination(commitment.case_file))

    case_file = CaseFile.objects.get(pk=commitment.case_file_id)
    assert case_file.state == CaseFileState.TERMINATED
    assert Clawback.objects.get().amount == 18500


def test_amount_that_changed_since_is_shown_again(
    as_head: PortalClient, commitment: Commitment
) -> None:
    data = termination(commitment.case_file, shown="18400.00")
    response = as_head.post(rupture(commitment), data)

    assert response.status_code == 409
    assert "relisez-le avant de continuer" in page_text(response)
    assert 'name="shown" value="18500.00"' in response.content.decode()
    assert not Clawback.objects.exists()


def test_head_types_the_amount_that_nothing_computes(as_head: PortalClient, head: User) -> None:
    commitment = running_commitment(actor=head, months=None)
    pay_all(commitment.case_file)
    assert "Montant à rembourser" in page_text(as_head.get(rupture(commitment)))

    data = termination(commitment.case_file, shown="", amount="5 000,50")
    as_head.post(rupture(commitment), data)

    assert Clawback.objects.get().amount == Decimal("5000.50")


@pytest.mark.parametrize("role", ["caseworker", "accountant", "auditor"])
def test_breach_is_refused_to_others_with_the_reason(
    client: PortalClient, request: pytest.FixtureRequest, commitment: Commitment, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))

    response = client.post(rupture(commitment), termination(commitment.case_file))

    assert response.status_code == 409
    assert "« Responsable du guichet »" in page_text(response)


@pytest.mark.parametrize("role", ["foreign_head", "editor"])
def test_commitment_of_another_programme_does_not_exist(
    client: PortalClient, request: pytest.FixtureRequest, commitment: Commitment, role: str
) -> None:
    client.force_login(request.getfixturevalue(role))

    assert client.get(page(commitment)).status_code in (403, 404)
    assert client.get(rupture(commitment)).status_code in (403, 404)


def test_accountant_records_the_repayment(
    client: PortalClient, accountant: User, as_head: PortalClient, commitment: Commitment
) -> None:
    as_head.post(rupture(commitment), termination(commitment.case_file))
    clawback = Clawback.objects.get()
    address = f"/admin/awards/clawback/{clawback.pk}/"
    client.force_login(accountant)
    text = page_text(client.get(f"{address}change/"))
    assert "18 500 €" in text
    assert "Accorder une remise" not in text
    assert is_pdf(client.get(f"{address}ordre/"))

    paid = {**typed("paid_on", date(2029, 7, 4)), "treasury_number": "R-1"}
    client.post(f"{address}rembourse/", paid)

    clawback.refresh_from_db()
    assert (clawback.status, clawback.treasury_number) == (ClawbackStatus.PAID, "R-1")


def test_head_waives_with_a_reason(as_head: PortalClient, commitment: Commitment) -> None:
    as_head.post(rupture(commitment), termination(commitment.case_file))
    clawback = Clawback.objects.get()
    address = f"/admin/awards/clawback/{clawback.pk}/remise/"

    assert "Dites pourquoi." in page_text(as_head.post(address))
    as_head.post(address, {"reason": "Situation difficile."})

    clawback.refresh_from_db()
    assert clawback.status == ClawbackStatus.WAIVED


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_much_for_one_as_for_three(
    as_head: PortalClient,
    head: User,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        waiting_commitment(actor=head)
    as_head.get(LIST)

    with django_assert_num_queries(6):
        as_head.get(LIST)


def test_search_that_too_many_files_answer_shows_the_latest_and_says_so(
    as_head: PortalClient, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_rows, "MOST_FOUND", 1)
    old = running_commitment(actor=head)
    new = running_commitment(actor=head, months=None)  # the terms are there
    name = new.case_file.last_name
    CaseFile.objects.filter(pk=old.case_file_id).update(last_name=name)
    later = installation_file(until=CaseFileState.DRAFT)
    CaseFile.objects.filter(pk=later.pk).update(last_name=name)  # not at the desk: takes no place

    page = plain(as_head.get(LIST, {"q": name}).content.decode())

    assert new.case_file.reference in page
    assert old.case_file.reference not in page
    assert (
        "Plus de 1 dossiers répondent : la liste ne tient compte que des 1 derniers. "
        "Précisez la recherche."
    ) in page
    assert "Plus de" not in plain(
        as_head.get(LIST, {"q": old.case_file.reference}).content.decode()
    )


def test_terms_are_set_by_the_head(
    as_head: PortalClient, client: PortalClient, caseworker: User
) -> None:
    address = "/admin/awards/awardterms/add/"
    data = {
        "programme": "installation",
        "valid_during_0": "2027-01-01",
        "valid_during_1": "",
        "commitment_months": 60,
        "start_within_months": "",
        "proof_every_months": 12,
        "source": "Délibération fictive",
    }
    as_head.post(address, data)

    terms = AwardTerms.objects.get()
    assert (terms.commitment_months, terms.start_within_months) == (60, None)
    assert "Des règles sont déjà en vigueur" in as_head.post(address, data).content.decode()
    client.force_login(caseworker)
    assert client.get(address).status_code == 403
