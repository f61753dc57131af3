"""The account at the desk: masked, opened by the accountant, watched by head and auditor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import BankDetails, BankDetailsAccess
from apps.casefiles.enums import Channel
from apps.casefiles.models import CaseFile
from tests.factories.bank_details import (
    FRENCH_IBAN,
    RETURNED_AT,
    bank_details,
    returned_agreement,
)
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db

WHOLE = "FR14 2004 1010 0505 0001 3M02 606"
PURPOSE = "Comparer l’IBAN et le RIB"


@pytest.fixture
def moment() -> datetime:
    return RETURNED_AT + timedelta(hours=1)


@pytest.fixture
def details(head: User) -> BankDetails:
    return bank_details(actor=head)


def page(details: BankDetails, name: str = "account") -> str:
    return reverse(f"admin:awards_agreement_{name}", args=[details.case_file_id])


def test_accountant_sees_the_number_on_one_answer_only(
    client: PortalClient, details: BankDetails, accountant: User
) -> None:
    client.force_login(accountant)
    assert WHOLE not in client.get(page(details)).text

    response = client.post(page(details), {"purpose": PURPOSE, "voir": "iban"})

    assert WHOLE in page_text(response)
    assert "no-store" in response["Cache-Control"]
    assert WHOLE not in client.get(page(details)).text
    look = BankDetailsAccess.objects.get()
    assert (look.person, look.purpose, look.seen) == (accountant, PURPOSE, "iban")


def test_rib_opens_for_the_accountant_and_is_recorded(
    client: PortalClient, details: BankDetails, accountant: User
) -> None:
    client.force_login(accountant)
    response = client.post(page(details), {"purpose": PURPOSE, "voir": "rib"})

    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert BankDetailsAccess.objects.get().seen == "rib"


@pytest.mark.parametrize("typed", [{}, {"purpose": ""}, {"purpose": "Par curiosité"}])
def test_without_a_purpose_nothing_is_shown(
    client: PortalClient, details: BankDetails, accountant: User, typed: dict[str, str]
) -> None:
    client.force_login(accountant)
    response = client.post(page(details), {"voir": "iban", **typed})

    assert WHOLE not in response.text
    assert not BankDetailsAccess.objects.exists()


@pytest.mark.parametrize(
    ("who", "reads_looks"),
    [
        ("head", True),
        ("auditor", True),
        ("superuser", True),
        ("caseworker", False),
        ("accountant", False),
    ],
)
def test_who_sees_the_number_and_the_looks(
    client: PortalClient,
    details: BankDetails,
    request: pytest.FixtureRequest,
    who: str,
    reads_looks: bool,
) -> None:
    client.force_login(request.getfixturevalue(who))

    text = client.get(page(details)).text

    assert "FR•• •••• •••• 2606" in text
    assert ("Qui a vu ce compte" in text) == reads_looks
    posted = client.post(page(details), {"purpose": PURPOSE, "voir": "iban"})
    assert (WHOLE in posted.text) == (who == "accountant")
    assert BankDetailsAccess.objects.count() == (1 if who == "accountant" else 0)


@pytest.mark.parametrize("who", ["committee_member", "foreign_caseworker", "foreign_head"])
def test_account_of_another_desk_is_not_found(
    client: PortalClient, details: BankDetails, request: pytest.FixtureRequest, who: str
) -> None:
    client.force_login(request.getfixturevalue(who))
    for name in ("account", "give_account"):
        assert client.get(page(details, name)).status_code == 404


def test_head_reads_who_looked_and_why(
    client: PortalClient, details: BankDetails, accountant: User, head: User
) -> None:
    client.force_login(accountant)
    client.post(page(details), {"purpose": PURPOSE, "voir": "iban"})
    client.force_login(head)

    text = page_text(client.get(page(details)))
    assert f"Omar Comptable IBAN complet, FR•• •••• •••• 2606 {PURPOSE}" in text


def test_file_s_page_shows_the_mask(
    client: PortalClient, details: BankDetails, caseworker: User
) -> None:
    client.force_login(caseworker)
    address = reverse("admin:casefiles_casefile_change", args=[details.case_file_id])
    text = client.get(address).text
    assert "FR•• •••• •••• 2606" in text
    assert "0505" not in text


def typed(**fields: Any) -> dict[str, Any]:
    rib = upload(pdf_bytes(), "rib.pdf")
    return {"iban": FRENCH_IBAN, "holder": "Alice Démo", "rib": rib, **fields}


def test_agent_types_in_the_account_of_somebody_without_an_account(
    client: PortalClient, head: User, caseworker: User
) -> None:
    case_file = returned_agreement(actor=head).case_file
    CaseFile.objects.update(applicant=None, channel=Channel.DESK, filed_by=head)
    client.force_login(caseworker)
    address = reverse("admin:awards_agreement_give_account", args=[case_file.pk])
    file_page = reverse("admin:casefiles_casefile_change", args=[case_file.pk])
    assert address in client.get(file_page).text
    assert "Cet IBAN contient une erreur" in page_text(
        client.post(address, typed(iban=FRENCH_IBAN[:-1] + "7"))
    )

    client.post(address, typed())

    assert BankDetails.objects.get().given_by == caseworker


def test_agent_does_not_type_in_for_somebody_who_can(
    client: PortalClient, head: User, caseworker: User
) -> None:
    case_file = returned_agreement(actor=head).case_file
    client.force_login(caseworker)
    address = reverse("admin:awards_agreement_give_account", args=[case_file.pk])

    response = client.post(address, typed())

    assert response.status_code == 409
    assert "La personne donne elle-même" in page_text(response)
    assert not BankDetails.objects.exists()
