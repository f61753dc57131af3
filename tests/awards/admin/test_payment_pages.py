"""The accountant's pages, from the list to the treasury's answer; what others see of them."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus, ProofKind
from apps.awards.models import Batch, BatchDownload, Instalment, PaperAccess
from apps.awards.proofs import give_proof
from tests.factories.casefiles import stored_pdf
from tests.factories.payments import (
    AMOUNT,
    DEBTOR,
    EXPORTED_AT,
    PAID_AT,
    due,
    exported,
    instalment,
    planned,
    validated,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/instalment/"
BATCHES = "/admin/awards/batch/"
DAY = {"execution_on_jour": "8", "execution_on_mois": "1", "execution_on_annee": "2027"}


@pytest.fixture
def moment() -> datetime:
    return EXPORTED_AT


@pytest.fixture(autouse=True)
def _council_s_account(settings: Settings) -> None:
    settings.DEBTOR = DEBTOR


@pytest.fixture
def as_accountant(client: PortalClient, accountant: User) -> PortalClient:
    client.force_login(accountant)
    return client


def page(item: Instalment | Batch, name: str = "change", *args: object) -> str:
    kind = "batch" if isinstance(item, Batch) else "instalment"
    return reverse(f"admin:awards_{kind}_{name}", args=[item.pk, *args])


def test_accountant_goes_from_the_list_to_the_treasury_s_answer(
    as_accountant: PortalClient, head: User
) -> None:
    (item,) = due(actor=head)
    reference = item.case_file.reference
    listed = page_text(as_accountant.get(LIST))
    assert reference in listed
    assert "1 versement, 37 000 €" in listed
    assert "Valider les versements cochés" in listed

    address = reverse("admin:awards_instalment_validate")
    asked = as_accountant.get(address, {"versement": item.pk})
    assert "Valider 1 versement" in page_text(asked)
    response = as_accountant.post(address, {"versement": item.pk}, follow=True)
    assert "Versement validé." in page_text(response)
    assert "Établir un bordereau" in page_text(response)

    shown = page_text(as_accountant.get(f"{BATCHES}add/", {"versement": item.pk}))
    assert "Un fichier CSV et un fichier SEPA sont établis." in shown
    typed = {"versement": item.pk, "request_key": uuid4(), **DAY}
    response = as_accountant.post(f"{BATCHES}add/", typed, follow=True)
    assert "Bordereau PAY-2027-0001 établi." in page_text(response)
    as_accountant.post(f"{BATCHES}add/", typed)  # the page sent twice
    batch = Batch.objects.get()
    assert "PAY-2027-0001" in page_text(as_accountant.get(BATCHES))

    response = as_accountant.post(page(batch, "answer"), {"paid_on": "2027-01-05"})
    assert "Indiquez le numéro d’un versement au moins." in page_text(response)
    line = batch.lines.get()
    answered = {"paid_on": "2027-01-05", f"number_{line.pk}": "M-1"}
    response = as_accountant.post(page(batch, "answer"), answered, follow=True)
    assert "C’est enregistré." in page_text(response)
    assert "M-1, le 5 janvier 2027" in page_text(response)
    assert Instalment.objects.get().status == InstalmentStatus.PAID
    assert "Payé" in page_text(as_accountant.get(page(item)))
    assert reference in page_text(as_accountant.get(f"{LIST}?vue=payes&exercice=2026"))
    file_page = reverse("admin:casefiles_casefile_change", args=[item.case_file_id])
    assert "37 000 € prévus, 37 000 € payés, 0 € à payer" in page_text(as_accountant.get(file_page))


def test_files_are_taken_by_the_accountant_alone(
    as_accountant: PortalClient, head: User, accountant: User
) -> None:
    batch = exported(validated(actor=head, accountant=accountant), accountant=accountant)

    sheet = as_accountant.post(page(batch, "download", "csv"))
    xml = as_accountant.post(page(batch, "download", "xml"))

    assert sheet.content.startswith(b"\xef\xbb\xbfIdentifiant;")
    assert sheet["Content-Disposition"] == 'attachment; filename="PAY-2027-0001.csv"'
    assert b"FR1420041010050500013M02606" in xml.content
    assert BatchDownload.objects.count() == 2
    assert as_accountant.get(page(batch, "download", "csv")).status_code == 405
    assert as_accountant.post(page(batch, "download", "pdf")).status_code == 404
    as_accountant.force_login(head)
    assert as_accountant.post(page(batch, "download", "csv")).status_code == 403
    text = page_text(as_accountant.get(page(batch)))
    assert "Télécharger" not in text.replace("Empreintes et téléchargements", "")
    assert "FR1420041010050500013M02606" not in text


def test_sheet_of_the_treasury_is_read(
    as_accountant: PortalClient, head: User, accountant: User
) -> None:
    batch = exported(validated(actor=head, accountant=accountant), accountant=accountant)
    content = "Identifiant;Numéro du payeur;Payé le\nPAY-2027-0001-001;M-9;05/01/2027\n"
    wrong = upload(b"Identifiant;Payeur\n", "retour.csv")

    response = as_accountant.post(page(batch, "answer"), {"envoyer": "1", "sheet": wrong})
    assert response.status_code == 409
    assert "Il manque la colonne" in page_text(response)
    response = as_accountant.post(page(batch, "answer"), {"envoyer": "1"})
    assert "Choisissez le fichier." in page_text(response)
    sheet = upload(content.encode(), "retour.csv")
    as_accountant.post(page(batch, "answer"), {"envoyer": "1", "sheet": sheet})

    assert Instalment.objects.get().treasury_number == "M-9"


def test_payment_is_sent_back_and_taken_back_with_a_reason(
    as_accountant: PortalClient, head: User, accountant: User
) -> None:
    item = validated(actor=head, accountant=accountant)
    batch = exported(item, accountant=accountant)

    assert "Dites pourquoi." in page_text(as_accountant.post(page(item, "reject"), {}))
    response = as_accountant.post(page(item, "reject"), {"reason": "Compte clos."}, follow=True)
    assert "Rejeté Compte clos." in page_text(response)
    as_accountant.post(page(item, "unvalidate"), {"reason": "Compte à corriger."})
    assert Instalment.objects.get().status == InstalmentStatus.DUE

    again = as_accountant.post(page(batch, "cancel"), {"reason": "Erreur."})
    assert again.status_code == 409
    response = as_accountant.post(page(item, "cancel"), {"reason": "Erreur."})
    assert response.status_code == 409
    as_accountant.force_login(head)
    as_accountant.post(page(item, "cancel"), {"reason": "Erreur."})
    assert Instalment.objects.get().cancelled_because == "Erreur."


def test_whole_batch_is_taken_back(
    as_accountant: PortalClient, head: User, accountant: User
) -> None:
    batch = exported(validated(actor=head, accountant=accountant), accountant=accountant)
    assert "Prévenez d’abord le payeur" in page_text(as_accountant.get(page(batch, "cancel")))

    response = as_accountant.post(page(batch, "cancel"), {"reason": "Mauvaise date."}, follow=True)

    assert "Bordereau PAY-2027-0001 repris." in page_text(response)


def test_caseworker_checks_a_piece(client: PortalClient, head: User, caseworker: User) -> None:
    item = instalment(planned(proof=ProofKind.PIECE), actor=head)
    client.force_login(caseworker)
    text = page_text(client.get(f"{LIST}?vue=en-retard"))
    assert "Rien n’est en retard." in text

    response = client.post(
        page(item, "scan"), {"uploads": [upload(pdf_bytes(), "certificat.pdf")]}, follow=True
    )
    assert "Justificatif ajouté : il est à contrôler." in page_text(response)
    assert item.case_file.reference in page_text(client.get(LIST))
    proof = item.proofs.get()
    opened = client.get(page(item, "proof", proof.pk))
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    opening = PaperAccess.objects.get()
    assert (opening.case_file, opening.file, opening.user) == (
        item.case_file,
        proof.file,
        caseworker,
    )
    response = client.post(page(item, "review"), {"answer": "refuser", "comment": " "})
    assert "Dites pourquoi le justificatif est à remplacer." in page_text(response)
    client.post(page(item, "review"), {"answer": "refuser", "comment": "Illisible."})
    assert Instalment.objects.get().status == InstalmentStatus.AWAITED

    give_proof(instalment=item, files=[stored_pdf(caseworker)], by=caseworker)
    assert "Contrôler" in page_text(client.get(page(item, "review")))
    client.post(page(item, "review"), {"answer": "accepter"})
    assert Instalment.objects.get().status == InstalmentStatus.DUE
    assert client.post(page(item, "review"), {"answer": "accepter"}).status_code == 409


@pytest.mark.parametrize("who", ["foreign_caseworker", "committee_member", "editor"])
def test_payments_of_others_are_not_said_to_exist(
    request: pytest.FixtureRequest, client: PortalClient, head: User, accountant: User, who: str
) -> None:
    item = validated(actor=head, accountant=accountant)
    batch = exported(item, accountant=accountant)
    client.force_login(request.getfixturevalue(who))

    assert item.case_file.reference not in client.get(LIST).content.decode()
    for address in (page(item), page(item, "cancel"), page(batch), page(batch, "answer")):
        assert client.get(address).status_code in (403, 404)


@pytest.mark.parametrize(
    "query", ["?vue=x&exercice=abc&echeance=1&dispositif=%00&page=-1", "?versement=abc"]
)
def test_nonsense_is_left_out(as_accountant: PortalClient, query: str) -> None:
    assert as_accountant.get(f"{LIST}{query}").status_code == 200
    assert as_accountant.get(f"{LIST}valider/{query}").status_code == 200
    assert as_accountant.get(f"{BATCHES}add/{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 4])
def test_queries_of_the_list_do_not_grow(
    as_accountant: PortalClient,
    head: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    due(*[planned(AMOUNT / count)] * count, actor=head)
    as_accountant.get(LIST)

    with django_assert_num_queries(8):
        as_accountant.get(LIST)


def test_first_page_says_what_waits(as_accountant: PortalClient, head: User) -> None:
    due(actor=head)

    text = page_text(as_accountant.get("/admin/"))

    assert "Versements à valider" in text
    assert PAID_AT > EXPORTED_AT
