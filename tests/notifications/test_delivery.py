from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from apps.core import clock
from apps.notifications.delivery import DeliveryError, deliver
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_email, resend
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.jobs import run_jobs
from tests.support.uploads import pdf_bytes

DELIVER = "notifications.deliver_email"
REFUSING = "tests.support.mail.RefusingBackend"
SLOW = "tests.support.mail.SlowBackend"


@pytest.mark.django_db
def test_email_is_delivered_with_text_html_and_headers() -> None:
    email = queue_email("bonjour", to="camille@exemple.fr", context={"name": "Camille"})
    assert run_jobs() == [DELIVER]
    email.refresh_from_db()
    assert (email.status, email.attempts, email.last_error) == (EmailStatus.SENT, 1, "")
    assert email.sent_at is not None
    [message] = mail.outbox
    assert message.to == ["camille@exemple.fr"]
    assert message.from_email == "Orléans Santé <ne-pas-repondre@localhost>"
    assert (message.subject, message.body) == (email.subject, email.text)
    assert message.alternatives[0] == (email.html, "text/html")  # type: ignore[attr-defined]
    sent = message.message()
    assert sent["Message-ID"] == email.message_id
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Content-Language"] == "fr"


@pytest.mark.django_db
def test_attachments_travel_with_their_names_and_types() -> None:
    content = pdf_bytes()
    receipt = StoredFileFactory(name="accusé.pdf", content=content)
    queue_email("bonjour", to="c@exemple.fr", context={"name": "C"}, attachments=[receipt])
    run_jobs()
    assert mail.outbox[0].attachments == [("accusé.pdf", content, "application/pdf")]


@pytest.mark.django_db
def test_email_delivered_meanwhile_is_not_sent_again() -> None:
    email = OutgoingEmailFactory(sent=True)
    run_jobs()
    deliver(email.pk, at=clock.now())
    assert mail.outbox == []


@pytest.mark.django_db
def test_refused_email_waits_longer_each_time_then_fails(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = REFUSING
    email = OutgoingEmailFactory()
    waits = []
    with time_machine.travel(clock.now(), tick=False) as traveller:
        while run_jobs():
            if due := ProcrastinateJob.objects.filter(status="todo").first():
                waits.append((due.scheduled_at - clock.now()).total_seconds())
                traveller.move_to(due.scheduled_at)
    email.refresh_from_db()
    assert waits == [4, 16, 64, 256, 1024, *[3600] * 26]
    assert (email.status, email.attempts) == (EmailStatus.FAILED, 32)
    assert email.last_error == "SMTPServerDisconnected: Connection unexpectedly closed"


@pytest.mark.django_db
def test_refusal_is_written_down_though_the_job_is_tried_again(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = REFUSING
    email = OutgoingEmailFactory()
    with pytest.raises(DeliveryError, match="SMTPServerDisconnected"):
        deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.attempts) == (EmailStatus.QUEUED, 1)
    assert email.last_error == "SMTPServerDisconnected: Connection unexpectedly closed"


@pytest.mark.django_db
def test_email_that_failed_leaves_once_the_server_is_back(settings: Settings) -> None:
    email = OutgoingEmailFactory(failed=True)
    run_jobs()
    assert resend(email) == ""
    assert run_jobs() == [DELIVER]
    email.refresh_from_db()
    assert (email.status, email.attempts, email.last_error) == (EmailStatus.SENT, 1, "")
    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "kept"), [(False, ""), (True, "Code 123456\n")])
def test_code_is_erased_once_sent_except_in_the_demo(
    settings: Settings, demo: bool, kept: str
) -> None:
    settings.DEMO = demo
    email = queue_email("code", to="c@exemple.fr", context={"code": "123456"})
    run_jobs()
    email.refresh_from_db()
    assert mail.outbox[0].body == "Code 123456\n"
    assert email.text == kept
    assert bool(email.html) is demo


@pytest.mark.django_db
def test_code_is_erased_when_it_could_not_be_sent(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = REFUSING
    email = OutgoingEmailFactory(is_sensitive=True, attempts=31)
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.text, email.html) == (EmailStatus.FAILED, "", "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_an_email_once(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = SLOW
    email = OutgoingEmailFactory()
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        deliver(email.pk, at=clock.now())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.outbox) == 1
    assert OutgoingEmail.objects.get().attempts == 1


@pytest.mark.django_db
def test_mail_server_away_for_a_day_delays_an_email_and_sends_it_once(settings: Settings) -> None:
    """The clock of the worker goes on hour by hour; then the server is back."""
    settings.DELIVERY_EMAIL_BACKEND = REFUSING
    fallen = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with time_machine.travel(fallen, tick=False) as traveller:
        email = OutgoingEmailFactory()
        for _ in range(24 * 4):
            run_jobs()
            traveller.shift(timedelta(minutes=15))
        settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        run_jobs()
        traveller.shift(timedelta(hours=1))
        run_jobs()

    email.refresh_from_db()
    assert email.status == EmailStatus.SENT
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [email.message_id]
    assert email.sent_at - fallen <= timedelta(hours=25)
