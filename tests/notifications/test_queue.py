from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from apps.core import clock
from apps.files.enums import ScanStatus
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_email, resend
from apps.notifications.render import one_line
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.jobs import queued_jobs

pytestmark = pytest.mark.django_db
DELIVER = "notifications.deliver_email"
TO = "camille@exemple.fr"


def test_email_is_rendered_and_queued_with_its_job() -> None:
    at = clock.now()
    email = queue_email(
        "bonjour", to=TO, context={"name": "Camille L’Hôte"}, reference="INS-2026-00042-K", at=at
    )
    email.refresh_from_db()
    assert (email.kind, email.kind_label, email.to) == ("bonjour", "Bonjour", TO)
    assert email.subject == "Bonjour Camille L’Hôte"
    assert email.text == (
        "Bonjour Camille L’Hôte,\n\n"
        "Votre dossier : http://127.0.0.1:8000/suivi/\n\n"
        "Le guichet unique santé\nDépartement du Loiret\n\n"
        "--\n"
        "Orléans Santé\u00a0: http://127.0.0.1:8000/\n"
        "Cet e-mail est automatique\u00a0: ne répondez pas à cette adresse.\n"
    )
    assert "<h1>Bonjour</h1>" in email.html
    assert email.related_reference == "INS-2026-00042-K"
    assert (email.status, email.attempts, email.created_at) == (EmailStatus.QUEUED, 0, at)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args, job.queue_name) == (DELIVER, {"email_id": email.pk}, "emails")


def test_text_is_not_escaped_and_html_is() -> None:
    email = queue_email("bonjour", to=TO, context={"name": "<b>L'Hôte & fils</b>"})
    assert email.text.startswith("Bonjour <b>L'Hôte & fils</b>,")
    assert "Bonjour &lt;b&gt;L&#x27;Hôte &amp; fils&lt;/b&gt;," in email.html


def test_name_cannot_add_a_header() -> None:
    email = queue_email("bonjour", to=TO, context={"name": "Eve\r\nBcc: tous@exemple.fr"})
    assert email.subject == "Bonjour Eve Bcc: tous@exemple.fr"


@given(st.text())
def test_subject_is_one_short_line(typed: str) -> None:
    subject = one_line(typed)
    assert len(subject) <= 200
    assert len(subject.splitlines()) <= 1


def test_rollback_leaves_neither_email_nor_job() -> None:
    with transaction.atomic():
        queue_email("bonjour", to=TO, context={"name": "Camille"})
        assert queued_jobs() == [DELIVER]
        transaction.set_rollback(True)
    assert queued_jobs() == []
    assert OutgoingEmail.objects.count() == 0


def test_job_is_written_on_django_s_connection_inside_a_worker_too() -> None:
    """A worker replaces the app's connector: its own would commit apart from the e-mail."""
    with app.replace_connector(app.connector.get_worker_connector()), transaction.atomic():
        queue_email("bonjour", to=TO, context={"name": "Camille"})
        transaction.set_rollback(True)
    assert queued_jobs() == []


def test_attachments_keep_their_order() -> None:
    files = [StoredFileFactory(name=name) for name in ("b.pdf", "a.pdf")]
    email = queue_email("bonjour", to=TO, context={"name": "Camille"}, attachments=files)
    assert [str(row) for row in email.attachment_rows.all()] == ["b.pdf", "a.pdf"]


def test_infected_attachment_is_a_mistake() -> None:
    infected = StoredFileFactory(scan_status=ScanStatus.INFECTED, scanned_at=clock.now())
    with pytest.raises(ValueError, match="contient un virus"):
        queue_email("bonjour", to=TO, context={"name": "C"}, attachments=[infected])


def test_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(LookupError, match=r"Unknown e-mail kind 'inconnu'; known: .*bonjour"):
        queue_email("inconnu", to=TO, context={})


@pytest.mark.parametrize("address", ["", "camille", "a@b.fr\nBcc: c@d.fr", "a@b.fr, c@d.fr"])
def test_bad_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        queue_email("bonjour", to=address, context={"name": "C"})


def test_code_goes_before_notices() -> None:
    queue_email("bonjour", to=TO, context={"name": "C"})
    code = queue_email("code", to=TO, context={"code": "123456"})
    assert code.is_sensitive
    first = ProcrastinateJob.objects.order_by("-priority", "id").first()
    assert first is not None
    assert first.args == {"email_id": code.pk}


def test_each_email_has_its_own_message_id_at_our_address() -> None:
    one, two = OutgoingEmailFactory.create_batch(2)
    assert one.message_id != two.message_id
    assert one.message_id.endswith("@127.0.0.1>")


def test_failed_email_is_queued_again() -> None:
    email = OutgoingEmailFactory(failed=True)
    assert resend(email) == ""
    email.refresh_from_db()
    assert (email.status, email.attempts) == (EmailStatus.QUEUED, 0)
    assert queued_jobs() == [DELIVER, DELIVER]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "Ce courriel attend déjà son envoi."),
        ({"sent": True}, "Ce courriel est déjà parti."),
        (
            {"failed": True, "is_sensitive": True},
            "Ce courriel contenait un code, effacé depuis. La personne peut en demander un autre.",
        ),
    ],
)
def test_email_that_cannot_be_sent_again_says_why(fields: dict[str, bool], reason: str) -> None:
    assert resend(OutgoingEmailFactory(**fields)) == reason


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "outgoing_email_status_known"),
        ({"status": "sent"}, "outgoing_email_sent_at_when_sent"),
        ({"sent_at": "2026-01-01T00:00Z"}, "outgoing_email_sent_at_when_sent"),
        ({"status": "failed"}, "outgoing_email_failure_says_why"),
        ({"unanswered": 3}, "outgoing_email_unanswered_twice_at_most"),
        (
            {"status": "sent", "sent_at": "2026-01-01T00:00Z", "attempts": 1, "unanswered": 1},
            "outgoing_email_sent_is_answered",
        ),
        ({"subject": "a\nb"}, "outgoing_email_subject_one_line"),
        ({"subject": ""}, "outgoing_email_subject_one_line"),
        ({"text": ""}, "outgoing_email_text_always"),
        ({"text": "", "is_sensitive": True}, "outgoing_email_text_always"),
    ],
)
def test_database_refuses_an_email_that_contradicts_itself(
    fields: dict[str, object], constraint: str
) -> None:
    email = OutgoingEmailFactory()
    with pytest.raises(IntegrityError, match=constraint):
        OutgoingEmail.objects.filter(pk=email.pk).update(**fields)


@pytest.mark.parametrize("count", [1, 3])
def test_queueing_costs_the_same_whatever_the_number_of_attachments(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    files = StoredFileFactory.create_batch(count)
    with django_assert_num_queries(7):  # three inserts, four for the savepoints
        queue_email("bonjour", to=TO, context={"name": "C"}, attachments=files)
