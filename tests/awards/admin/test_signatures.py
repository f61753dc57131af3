"""The pages that prepare an agreement, send it, take the copy in and send it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.agreements import refuse_return
from apps.awards.enums import AgreementStatus
from apps.awards.models import Agreement, AgreementCopy
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.models import CaseFile
from apps.notifications.models import OutgoingEmail
from tests.factories.awards import decided_file
from tests.factories.bank_details import RETURNED_AT, returned_agreement, sent_agreement
from tests.support.client import PortalClient
from tests.support.text import page_text
from tests.support.uploads import pdf_bytes, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def moment() -> datetime:
    return RETURNED_AT + timedelta(hours=1)


def page(case_file: CaseFile, name: str, *args: int) -> str:
    return reverse(f"admin:awards_agreement_{name}", args=[case_file.pk, *args])


def file_page(case_file: CaseFile) -> str:
    return reverse("admin:casefiles_casefile_change", args=[case_file.pk])


def version(case_file: CaseFile) -> dict[str, Any]:
    return {"version": CaseFile.objects.get(pk=case_file.pk).version}


def status_of(case_file: CaseFile) -> str:
    return Agreement.objects.get(case_file=case_file).status


def test_agreement_goes_from_the_decision_to_the_signature(
    as_head: PortalClient, head: User
) -> None:
    granted = decided_file(actor=head)
    assert "Préparer la convention" in page_text(as_head.get(file_page(granted)))
    assert "Le Département vous accorde 37 000 €" in page_text(
        as_head.get(page(granted, "prepare"))
    )

    as_head.post(page(granted, "prepare"), version(granted))
    assert b"%PDF" in b"".join(as_head.get(page(granted, "document")).streaming_content)[:8]
    sending = page_text(as_head.get(page(granted, "send")))
    assert f"Un courriel part à {granted.email}" in sending
    as_head.post(page(granted, "send"), version(granted))
    assert OutgoingEmail.objects.filter(kind="agreement-sent").count() == 1
    scan = upload(pdf_bytes(), "signee.pdf")
    as_head.post(page(granted, "return"), {**version(granted), "scan": scan})
    assert status_of(granted) == AgreementStatus.RETURNED
    activation = as_head.get(page(granted, "activate"))
    assert "Relire l’exemplaire reçu le 23 décembre 2026" in page_text(activation)
    as_head.post(page(granted, "activate"), {**version(granted), "signed_on": "2026-12-22"})

    assert CaseFile.objects.get(pk=granted.pk).state == CaseFileState.ACTIVE
    assert status_of(granted) == AgreementStatus.SIGNED


def test_who_has_no_account_gets_paper(as_head: PortalClient, head: User) -> None:
    granted = decided_file(actor=head)
    CaseFile.objects.update(applicant=None, channel=Channel.POST, filed_by=head)
    as_head.post(page(granted, "prepare"), version(granted))

    assert "À imprimer et à poster" in page_text(as_head.get(page(granted, "send")))


def test_copy_is_sent_back_with_a_reason_and_stays_on_the_file(
    as_head: PortalClient, head: User
) -> None:
    case_file = returned_agreement(actor=head).case_file
    response = as_head.post(page(case_file, "refuse"), version(case_file))
    assert "Dites ce qui ne va pas." in page_text(response)

    as_head.post(page(case_file, "refuse"), {**version(case_file), "reason": "La page 2 manque."})

    assert status_of(case_file) == AgreementStatus.REFUSED
    text = page_text(as_head.get(file_page(case_file)))
    assert "refusé : La page 2 manque." in text
    copy = AgreementCopy.objects.get()
    kept = as_head.get(page(case_file, "copy", copy.pk))
    assert b"".join(kept.streaming_content).startswith(b"%PDF")
    assert as_head.get(page(case_file, "scan")).status_code == 404


@pytest.mark.parametrize("name", ["send", "return", "refuse"])
def test_page_out_of_turn_says_why(as_head: PortalClient, head: User, name: str) -> None:
    granted = decided_file(actor=head)
    typed = {"scan": upload(pdf_bytes(), "x.pdf"), "reason": "Illisible."}

    assert "Ce n’est pas possible" in page_text(as_head.get(page(granted, name)))
    response = as_head.post(page(granted, name), {**version(granted), **typed})
    assert response.status_code == 409
    assert not Agreement.objects.exists()


def test_page_shown_before_somebody_else_acted_is_refused(
    as_head: PortalClient, head: User
) -> None:
    case_file = returned_agreement(actor=head).case_file
    shown = version(case_file)
    refuse_return(case_file=case_file, actor=head, reason="Illisible.")

    response = as_head.post(page(case_file, "prepare"), shown)
    assert response.status_code == 409
    assert "Ce dossier a changé" in response.text


@pytest.mark.parametrize(
    ("who", "status"), [("auditor", 409), ("accountant", 409), ("foreign_head", 404)]
)
def test_others_cannot_act(
    client: PortalClient, head: User, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    case_file = sent_agreement(actor=head).case_file
    client.force_login(request.getfixturevalue(who))

    for name in ("prepare", "send", "return", "refuse"):
        typed = {"scan": upload(pdf_bytes(), "x.pdf"), "reason": "Illisible."}
        response = client.post(page(case_file, name), {**version(case_file), **typed})
        assert response.status_code == status
    assert status_of(case_file) == AgreementStatus.SENT


def test_list_filters_by_status(as_head: PortalClient, head: User) -> None:
    sent, returned = sent_agreement(actor=head), returned_agreement(actor=head)

    response = as_head.get("/admin/awards/agreement/?status__exact=returned")
    assert returned.case_file.reference in response.text
    assert sent.case_file.reference not in response.text


def test_first_page_says_what_waits(as_head: PortalClient, head: User) -> None:
    decided_file(actor=head)
    sent_agreement(actor=head)
    for _ in range(2):
        returned_agreement(actor=head)

    text = page_text(as_head.get("/admin/"))
    for words in ("2 Conventions à vérifier", "1 Convention à préparer", "1 Signature attendue"):
        assert words in text


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(
    as_head: PortalClient, head: User, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        sent_agreement(actor=head)
    as_head.get("/admin/awards/agreement/")
    with django_assert_num_queries(5):
        as_head.get("/admin/awards/agreement/")
