"""Who opened which paper of an award: kept for good, read by a head or an auditor."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.models import PaperAccess
from tests.factories.awards import active_file
from tests.support.client import PortalClient
from tests.support.text import page_text

pytestmark = pytest.mark.django_db

LIST = "/admin/awards/paperaccess/"


@pytest.fixture
def opened(client: PortalClient, head: User, caseworker: User) -> PaperAccess:
    """The caseworker read the signed agreement."""
    case_file = active_file(actor=head, supervisor="non")
    client.force_login(caseworker)
    response = client.get(reverse("admin:awards_agreement_scan", args=[case_file.pk]))
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    return PaperAccess.objects.get()


def test_opening_names_the_person_the_paper_and_the_file(
    opened: PaperAccess, client: PortalClient, auditor: User, caseworker: User
) -> None:
    client.force_login(auditor)
    text = page_text(client.get(LIST))

    for words in (opened.case_file.reference, opened.file.original_name, caseworker.last_name):
        assert words in text


def test_opening_is_never_rewritten(opened: PaperAccess) -> None:
    for change in (
        lambda: PaperAccess.objects.update(user=None),
        lambda: PaperAccess.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert PaperAccess.objects.count() == 1


def test_list_is_for_heads_and_auditors_of_the_programme(
    opened: PaperAccess, client: PortalClient, caseworker: User, foreign_head: User
) -> None:
    client.force_login(caseworker)
    assert client.get(LIST).status_code == 403
    client.force_login(foreign_head)
    assert opened.case_file.reference not in client.get(LIST).text


def test_beneficiary_who_reads_their_own_paper_leaves_no_trace(
    opened: PaperAccess, client: PortalClient
) -> None:
    assert opened.case_file.applicant is not None
    client.force_login(opened.case_file.applicant)
    client.get(f"/mon-espace/dossiers/{opened.case_file.reference}/")
    assert PaperAccess.objects.count() == 1
