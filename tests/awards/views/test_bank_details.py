"""« Vos coordonnées bancaires »: asked once signed, checked in words, masked from then on."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.awards.enums import InstalmentStatus
from apps.awards.models import BankDetails, Instalment
from apps.casefiles.models import CaseFile
from apps.files.models import StoredFile
from tests.factories.bank_details import (
    FRENCH_IBAN,
    GERMAN_IBAN,
    give_account,
    returned_agreement,
    sent_agreement,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db


def address(case_file: CaseFile, page: str = "coordonnees-bancaires/") -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/{page}"


def typed(**fields: Any) -> dict[str, Any]:
    rib = upload(pdf_bytes(), "rib.pdf")
    return {
        "iban": "fr14 2004 1010 0505 0001 3m02 606",
        "holder": "Alice Démo",
        "rib": rib,
        **fields,
    }


@pytest.fixture
def returned(head: User, applicant: User) -> CaseFile:
    return returned_agreement(actor=head, applicant=applicant).case_file


@pytest.fixture
def as_applicant(client: PortalClient, applicant: User) -> PortalClient:
    client.force_login(applicant)
    return client


def test_page_before_the_signature_says_when_it_opens(
    as_applicant: PortalClient, head: User, applicant: User
) -> None:
    sent = sent_agreement(actor=head, applicant=applicant).case_file

    response = as_applicant.get(address(sent))
    assert "quand vous aurez renvoyé votre convention signée" in page_text(response)
    assert '<form method="post" enctype' not in response.text

    as_applicant.post(address(sent), typed())
    assert not BankDetails.objects.exists()


def test_account_is_given_and_masked_everywhere(
    as_applicant: PortalClient, returned: CaseFile
) -> None:
    assert "Donner mes coordonnées bancaires" in page_text(as_applicant.get(address(returned, "")))

    response = as_applicant.post(address(returned), typed(), follow=True)

    assert "Vos coordonnées bancaires sont enregistrées." in response.text
    for page in ("", "coordonnees-bancaires/"):
        text = as_applicant.get(address(returned, page)).text
        assert "FR•• •••• •••• 2606" in text
        assert "0505" not in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"iban": ""}, "Indiquez l’IBAN du compte"),
        ({"iban": FRENCH_IBAN[:-1] + "7"}, "Cet IBAN contient une erreur"),
        ({"iban": "x" * 200}, "80 signes au plus"),
        ({"holder": ""}, "Indiquez le titulaire du compte."),
        ({"rib": ""}, "Joignez votre RIB."),
        ({"rib": upload(b"MZ\x90\x00", "rib.pdf")}, "Ce fichier est un programme."),
    ],
)
def test_bad_answer_says_why_and_keeps_what_was_typed(
    as_applicant: PortalClient, returned: CaseFile, fields: dict[str, Any], sentence: str
) -> None:
    before = StoredFile.objects.count()

    response = as_applicant.post(address(returned), typed(**fields))

    assert sentence in page_text(response)
    assert fields.get("holder", "Alice Démo") in response.text
    assert not BankDetails.objects.exists()
    assert StoredFile.objects.count() == before


def test_account_is_changed_with_a_new_rib(
    as_applicant: PortalClient, returned: CaseFile, applicant: User
) -> None:
    give_account(returned, by=applicant)
    assert "Changer de compte" in page_text(as_applicant.get(address(returned)))

    as_applicant.post(address(returned), typed(iban=GERMAN_IBAN))

    assert BankDetails.objects.get().masked == "DE•• •••• •••• 3000"


def test_account_of_a_payment_on_its_way_is_only_shown(
    as_applicant: PortalClient, returned: CaseFile, applicant: User
) -> None:
    give_account(returned, by=applicant)
    for status in (InstalmentStatus.DUE, InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED):
        Instalment.objects.filter(case_file=returned).update(status=status)

    text = page_text(as_applicant.get(address(returned)))
    assert "Un versement est chez le payeur" in text
    assert "Joignez le RIB" not in text


def test_own_rib_is_downloaded(
    as_applicant: PortalClient, returned: CaseFile, applicant: User
) -> None:
    assert as_applicant.get(address(returned, "coordonnees-bancaires/rib/")).status_code == 404
    give_account(returned, by=applicant)

    response = as_applicant.get(address(returned, "coordonnees-bancaires/rib/"))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("page", "queries"), [("convention/", 5), ("coordonnees-bancaires/", 5)])
def test_pages_read_few_queries(
    as_applicant: PortalClient,
    returned: CaseFile,
    page: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert returned.applicant is not None
    give_account(returned, by=returned.applicant)
    as_applicant.get(address(returned, page))
    with django_assert_num_queries(queries):
        as_applicant.get(address(returned, page))
