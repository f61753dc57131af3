"""« Votre convention »: what the beneficiary reads, downloads and hands in; nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.awards.agreements import prepare_agreement, refuse_return
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement
from apps.casefiles.models import CaseFile
from apps.files.models import StoredFile
from tests.factories.awards import active_file, decided_file
from tests.factories.bank_details import RETURNED_AT, returned_agreement, sent_agreement
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_the_sending() -> Iterator[None]:
    with time_machine.travel(RETURNED_AT + timedelta(hours=1)):
        yield


def address(case_file: CaseFile, page: str = "convention/") -> str:
    return f"/mon-espace/dossiers/{case_file.reference}/{page}"


def typed(case_file: CaseFile, **fields: Any) -> dict[str, Any]:
    scan = upload(pdf_bytes(), "signee.pdf")
    return {"version": CaseFile.objects.get(pk=case_file.pk).version, "scan": scan, **fields}


@pytest.fixture
def sent(head: User, applicant: User) -> CaseFile:
    return sent_agreement(actor=head, applicant=applicant).case_file


@pytest.fixture
def as_applicant(client: PortalClient, applicant: User) -> PortalClient:
    client.force_login(applicant)
    return client


def test_file_s_page_leads_to_the_signature(as_applicant: PortalClient, sent: CaseFile) -> None:
    response = as_applicant.get(address(sent, ""))

    text = page_text(response)
    assert "Votre convention À signer" in text
    assert "Nous ne les demandons jamais avant, ni par e-mail" in text
    assert f'class="btn" href="{address(sent)}"' in response.text


def test_agreement_being_prepared_stays_at_the_guichet(
    as_applicant: PortalClient, head: User, applicant: User
) -> None:
    granted = decided_file(actor=head, applicant=applicant)
    prepare_agreement(case_file=granted, actor=head)

    assert "Le guichet la prépare" in page_text(as_applicant.get(address(granted, "")))
    assert as_applicant.get(address(granted)).status_code == 302
    assert as_applicant.get(address(granted, "convention/document/")).status_code == 404


def test_page_says_what_is_granted_and_asked(as_applicant: PortalClient, sent: CaseFile) -> None:
    text = page_text(as_applicant.get(address(sent)))

    assert "Le Département vous accorde 37 000 €." in text
    assert "Versement unique Dès que possible Convention signée 37 000 €" in text
    assert "Devenir maître de stage dans les 5 ans" in text
    assert "Convention à signer (PDF)" in text


def test_pdf_is_downloaded(as_applicant: PortalClient, sent: CaseFile) -> None:
    response = as_applicant.get(address(sent, "convention/document/"))

    assert response["Content-Disposition"].startswith("attachment")
    assert f"convention-{sent.reference}.pdf" in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_signed_copy_is_handed_in_then_the_account_is_asked(
    as_applicant: PortalClient, sent: CaseFile, applicant: User
) -> None:
    response = as_applicant.post(address(sent), typed(sent), follow=True)

    agreement = Agreement.objects.get(case_file=sent)
    assert (agreement.status, agreement.returned_by) == (AgreementStatus.RETURNED, applicant)
    text = page_text(response)
    assert "Le guichet le vérifie." in text
    assert "Donner mes coordonnées bancaires" in text
    copy = as_applicant.get(address(sent, "convention/exemplaire/"))
    assert b"".join(copy.streaming_content).startswith(b"%PDF")


def test_second_click_finds_the_copy_received(as_applicant: PortalClient, sent: CaseFile) -> None:
    first, second = typed(sent), typed(sent)
    as_applicant.post(address(sent), first)
    stored = StoredFile.objects.count()

    response = as_applicant.post(address(sent), second)

    assert response.status_code == 409
    assert "Le guichet le vérifie." in page_text(response)
    assert StoredFile.objects.count() == stored


@pytest.mark.parametrize(
    ("scan", "sentence"),
    [
        ("", "Joignez la convention signée."),
        (upload(b"", "vide.pdf"), "Ce fichier est vide."),
        (upload(b"MZ\x90\x00", "faux.pdf"), "Ce fichier est un programme."),
    ],
)
def test_bad_file_says_why(
    as_applicant: PortalClient, sent: CaseFile, scan: object, sentence: str
) -> None:
    response = as_applicant.post(address(sent), typed(sent, scan=scan))

    assert sentence in page_text(response)
    assert Agreement.objects.get(case_file=sent).status == AgreementStatus.SENT


def test_refused_copy_shows_the_reason_and_the_form_again(
    as_applicant: PortalClient, head: User, applicant: User
) -> None:
    case_file = returned_agreement(actor=head, applicant=applicant).case_file
    refuse_return(case_file=case_file, actor=head, reason="La page 2 manque.")

    text = page_text(as_applicant.get(address(case_file)))
    assert "À signer de nouveau La page 2 manque." in text
    assert "Envoyer ma convention signée" in text
    assert "Signer ma convention" in page_text(as_applicant.get(address(case_file, "")))


def test_signed_agreement_stays_readable(
    as_applicant: PortalClient, head: User, applicant: User
) -> None:
    active = active_file(actor=head, applicant=applicant)

    assert "Dernière signature le 18 décembre 2026." in page_text(
        as_applicant.get(address(active, ""))
    )
    assert "Signée par tous, le 18 décembre 2026." in page_text(as_applicant.get(address(active)))


@pytest.mark.parametrize(
    "page",
    [
        *("convention/", "convention/document/", "convention/exemplaire/"),
        *("coordonnees-bancaires/", "coordonnees-bancaires/rib/"),
    ],
)
@pytest.mark.parametrize("who", ["other_applicant", "caseworker", "head", "accountant"])
def test_somebody_else_s_pages_are_not_found(
    client: PortalClient, head: User, request: pytest.FixtureRequest, page: str, who: str
) -> None:
    case_file = returned_agreement(actor=head).case_file
    client.force_login(request.getfixturevalue(who))
    assert client.get(address(case_file, page)).status_code == 404


def test_pages_ask_to_sign_in(client: PortalClient, sent: CaseFile) -> None:
    for page in ("convention/", "coordonnees-bancaires/"):
        assert client.get(address(sent, page))["Location"].startswith("/compte/")
