from __future__ import annotations

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.urls import reverse
from pytest_django import Settings

from apps.accounts.models import User
from apps.notifications.models import EmailStatus, OutgoingEmail
from tests.support.client import PortalClient
from tests.support.jobs import queued_jobs, run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queued(settings: Settings) -> None:
    """pytest puts Django's mail in memory: here we want what production does."""
    settings.EMAIL_BACKEND = "apps.notifications.backends.QueuedEmailBackend"


def test_django_s_mail_is_queued_as_sensitive_and_nothing_leaves_yet() -> None:
    assert send_mail("Votre code", "123456", None, ["c@exemple.fr"]) == 1
    email = OutgoingEmail.objects.get()
    assert (email.kind, email.kind_label) == ("compte", "Compte et connexion")
    assert (email.subject, email.text, email.html) == ("Votre code", "123456", "")
    assert (email.to, email.is_sensitive, email.status) == (
        "c@exemple.fr",
        True,
        EmailStatus.QUEUED,
    )
    assert mail.outbox == []
    assert run_jobs() == ["notifications.deliver_email"]
    assert mail.outbox[0].body == "123456"


def test_html_alternative_is_kept() -> None:
    message = EmailMultiAlternatives("Objet", "Texte", to=["c@exemple.fr"])
    message.attach_alternative("<p>Texte</p>", "text/html")
    message.send()
    assert OutgoingEmail.objects.get().html == "<p>Texte</p>"


def test_each_recipient_gets_an_email_of_their_own() -> None:
    EmailMessage("Objet", "Texte", to=["Anne <a@exemple.fr>"], bcc=["b@exemple.fr"]).send()
    assert set(OutgoingEmail.objects.values_list("to", flat=True)) == {
        "a@exemple.fr",
        "b@exemple.fr",
    }


def test_message_without_recipient_is_not_queued() -> None:
    assert EmailMessage("Objet", "Texte").send() == 0
    assert queued_jobs() == []


def test_message_may_name_its_kind() -> None:
    headers = {"X-Email-Kind": "bonjour"}
    EmailMessage("Objet", "Texte", to=["c@exemple.fr"], headers=headers).send()
    email = OutgoingEmail.objects.get()
    assert (email.kind, email.is_sensitive) == ("bonjour", False)


def test_attachment_is_a_mistake() -> None:
    message = EmailMessage("Objet", "Texte", to=["c@exemple.fr"])
    message.attach("a.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="queue_email"):
        message.send()


def test_subject_on_two_lines_is_joined() -> None:
    EmailMessage("Objet\nBcc: d@exemple.fr", "Texte", to=["c@exemple.fr"]).send()
    assert OutgoingEmail.objects.get().subject == "Objet Bcc: d@exemple.fr"


def test_rollback_leaves_no_message() -> None:
    with transaction.atomic():
        send_mail("Objet", "Texte", None, ["c@exemple.fr"])
        transaction.set_rollback(True)
    assert OutgoingEmail.objects.count() == 0
    assert queued_jobs() == []


def test_allauth_s_sign_in_code_is_queued(client: PortalClient, applicant: User) -> None:
    response = client.post(reverse("account_request_login_code"), {"login": applicant.email})
    assert response.status_code == 302
    email = OutgoingEmail.objects.get()
    assert (email.to, email.kind, email.is_sensitive) == (applicant.email, "compte", True)
    assert email.text
    assert email.html
