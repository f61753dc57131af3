from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from apps.core import clock
from apps.notifications.delivery import DeliveryError, deliver
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_email, resend
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory
from tests.support.jobs import run_jobs
from tests.support.mail import Killed
from tests.support.text import plain
from tests.support.threads import race
from tests.support.uploads import pdf_bytes

DELIVER = "notifications.deliver_email"
REFUSING = "tests.support.mail.RefusingBackend"
SLOW = "tests.support.mail.SlowBackend"
SILENT = "tests.support.mail.SilentBackend"
KILLING = "tests.support.mail.KillingBackend"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


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
        settings.DELIVERY_EMAIL_BACKEND = LOCMEM
        run_jobs()
        traveller.shift(timedelta(hours=1))
        run_jobs()

    email.refresh_from_db()
    assert email.status == EmailStatus.SENT
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [email.message_id]
    assert email.sent_at - fallen <= timedelta(hours=25)


@pytest.mark.django_db
def test_answer_that_never_came_is_asked_for_once_more_then_an_agent_decides(
    settings: Settings,
) -> None:
    settings.DELIVERY_EMAIL_BACKEND = SILENT
    email = OutgoingEmailFactory()
    with pytest.raises(DeliveryError):
        deliver(email.pk, at=clock.now())
    deliver(email.pk, at=clock.now())
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert len(mail.outbox) == 2
    assert (email.status, email.attempts, email.unanswered) == (EmailStatus.FAILED, 2, 2)
    assert plain(email.last_error) == (
        "Remis deux fois au serveur de courriel, sans réponse de sa part : ce courriel est "
        "peut-être arrivé. Demandez à la personne avant de le renvoyer. "
        "(SMTPServerDisconnected: Connection unexpectedly closed)"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("crashes", [1, 2, 5])
def test_email_leaves_twice_at_most_whatever_the_number_of_crashes(
    settings: Settings, crashes: int
) -> None:
    settings.DELIVERY_EMAIL_BACKEND = KILLING
    email = OutgoingEmailFactory()
    for _ in range(crashes):
        with suppress(Killed):
            deliver(email.pk, at=clock.now())
    settings.DELIVERY_EMAIL_BACKEND = LOCMEM
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert len(mail.outbox) == 2
    assert {sent.extra_headers["Message-ID"] for sent in mail.outbox} == {email.message_id}
    assert email.status == (EmailStatus.SENT if crashes == 1 else EmailStatus.FAILED)
    assert ("peut-être arrivé" in email.last_error) is (crashes > 1)


@pytest.mark.django_db
def test_code_whose_fate_is_unknown_is_erased(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = KILLING
    email = OutgoingEmailFactory(is_sensitive=True)
    for _ in range(2):
        with suppress(Killed):
            deliver(email.pk, at=clock.now())
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.text, email.html) == (EmailStatus.FAILED, "", "")


@pytest.mark.django_db
def test_refusal_is_an_answer(settings: Settings) -> None:
    """A server whose disk is full for a day is asked again: it took nothing."""
    settings.DELIVERY_EMAIL_BACKEND = "tests.support.mail.RefusingMessageBackend"
    email = OutgoingEmailFactory()
    for _ in range(3):
        with pytest.raises(DeliveryError, match="Insufficient system storage"):
            deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.attempts, email.unanswered) == (EmailStatus.QUEUED, 3, 0)


@pytest.mark.django_db
def test_attachment_that_cannot_be_read_is_no_message_handed_over() -> None:
    stored_file = StoredFileFactory()
    email = OutgoingEmailFactory(attachments=[stored_file])
    stored_file.file.storage.delete(stored_file.file.name)
    with pytest.raises(DeliveryError, match="FileNotFoundError"):
        deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.unanswered) == (EmailStatus.QUEUED, 0)


@pytest.mark.django_db
def test_farewell_that_goes_wrong_sends_nothing_again(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = "tests.support.mail.RudeBackend"
    email = OutgoingEmailFactory()
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, len(mail.outbox)) == (EmailStatus.SENT, 1)


@pytest.mark.django_db
def test_agent_who_sends_again_what_may_have_arrived_starts_anew(settings: Settings) -> None:
    email = OutgoingEmailFactory(failed=True, unanswered=2)
    assert resend(email) == ""
    deliver(email.pk, at=clock.now())
    email.refresh_from_db()
    assert (email.status, email.attempts, email.unanswered) == (EmailStatus.SENT, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_workers_that_meet_after_a_crash_send_an_email_once_more(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = SLOW
    email = OutgoingEmailFactory(attempts=1, unanswered=1)
    race(*[lambda: deliver(email.pk, at=clock.now())] * 4)
    assert len(mail.outbox) == 1
    found = OutgoingEmail.objects.get()
    assert (found.status, found.attempts, found.unanswered) == (EmailStatus.SENT, 2, 0)


@pytest.mark.django_db(transaction=True)
def test_workers_that_meet_and_die_leave_two_copies(settings: Settings) -> None:
    settings.DELIVERY_EMAIL_BACKEND = KILLING
    email = OutgoingEmailFactory()

    def work() -> None:
        with suppress(Killed, DeliveryError):
            deliver(email.pk, at=clock.now())

    for _ in range(2):
        race(*[work] * 4)
    assert len(mail.outbox) == 2
    assert OutgoingEmail.objects.get().status == EmailStatus.FAILED


@pytest.mark.django_db
def test_database_that_goes_away_in_the_middle_forgets_no_email(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = OutgoingEmailFactory()

    def gone(email_id: int, *, at: datetime) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("apps.notifications.tasks.deliver", gone)
    run_jobs()
    monkeypatch.undo()
    with time_machine.travel(clock.now() + timedelta(seconds=5)):
        run_jobs()
    email.refresh_from_db()
    assert email.status == EmailStatus.SENT
