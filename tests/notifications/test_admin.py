from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.notifications.models import EmailStatus, OutgoingEmail
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.client import PortalClient
from tests.support.jobs import queued_jobs

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_outgoingemail_changelist")


def page_of(email: OutgoingEmail) -> str:
    return reverse("admin:notifications_outgoingemail_change", args=[email.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_number_of_emails(
    client: PortalClient,
    head: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    OutgoingEmailFactory.create_batch(count)
    client.force_login(head)
    client.get(LIST)  # the first page of a session also writes it
    with django_assert_num_queries(5):
        response = client.get(LIST)
    assert response.status_code == 200


def test_list_is_searched_by_address_and_reference_and_filtered(
    client: PortalClient, caseworker: User
) -> None:
    OutgoingEmailFactory(to="alice@exemple.fr", related_reference="INS-2026-00042-K")
    OutgoingEmailFactory(to="bruno@exemple.fr", failed=True, kind="bonjour")
    client.force_login(caseworker)
    for query, expected, other in (
        ({"q": "ALICE"}, "alice@", "bruno@"),
        ({"q": "00042"}, "alice@", "bruno@"),
        ({"status__exact": "failed"}, "bruno@", "alice@"),
        ({"kind": "bonjour"}, "bruno@", "alice@"),
    ):
        content = client.get(LIST, query).content.decode()
        assert expected in content
        assert other not in content


def test_email_is_read_only(client: PortalClient, head: User) -> None:
    email = OutgoingEmailFactory(attachments=[StoredFileFactory(name="accuse.pdf")])
    client.force_login(head)
    content = client.get(page_of(email)).content.decode()
    assert "Votre dossier est complet." in content
    assert "accuse.pdf" in content
    assert 'name="_save"' not in content
    assert client.post(page_of(email), {"to": "pirate@exemple.fr"}).status_code == 403


def test_code_is_hidden_from_staff(client: PortalClient, superuser: User) -> None:
    email = OutgoingEmailFactory(is_sensitive=True, text="Code 123456", subject="Votre code")
    client.force_login(superuser)
    content = client.get(page_of(email)).content.decode()
    assert "son texte reste caché" in content
    assert "123456" not in content


def test_failed_emails_are_sent_again_and_others_say_why_not(
    client: PortalClient, caseworker: User
) -> None:
    failed = OutgoingEmailFactory(failed=True)
    queued = OutgoingEmailFactory(to="attend@exemple.fr")
    client.force_login(caseworker)
    response = client.post(
        LIST,
        {"action": "send_again", "_selected_action": [failed.pk, queued.pk]},
        follow=True,
    )
    content = response.content.decode()
    assert "1 courriel remis en file." in content
    assert "(attend@exemple.fr)\u00a0: Ce courriel attend déjà son envoi." in content
    failed.refresh_from_db()
    assert failed.status == EmailStatus.QUEUED
    assert queued_jobs() == ["notifications.deliver_email"] * 3


def test_auditor_reads_and_cannot_send(client: PortalClient, auditor: User) -> None:
    failed = OutgoingEmailFactory(failed=True)
    client.force_login(auditor)
    assert client.get(page_of(failed)).status_code == 200
    client.post(LIST, {"action": "send_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.status == EmailStatus.FAILED


def test_others_do_not_see_emails(client: PortalClient, editor: User, applicant: User) -> None:
    email = OutgoingEmailFactory()
    for person, status in ((editor, 403), (applicant, 302)):
        client.force_login(person)
        assert client.get(LIST).status_code == status
        assert client.get(page_of(email)).status_code == status
