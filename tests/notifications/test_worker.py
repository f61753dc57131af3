"""The real worker: its own connections, its own loop, jobs found by their tasks modules."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core.jobs import queue_job
from apps.core.tasks import retry_stalled_jobs
from apps.notifications.models import EmailStatus, OutgoingEmail
from tests.factories.files import StoredFileFactory
from tests.factories.notifications import OutgoingEmailFactory


def work() -> None:
    """One worker, until nothing is due."""
    call_command("procrastinate", "worker", "--one-shot", "--no-listen-notify")


@pytest.mark.django_db(transaction=True)
def test_worker_delivers_committed_emails() -> None:
    OutgoingEmailFactory.create_batch(2, attachments=[StoredFileFactory()])
    work()
    assert len(mail.outbox) == 2
    assert set(OutgoingEmail.objects.values_list("status", flat=True)) == {EmailStatus.SENT}
    jobs = ProcrastinateJob.objects.filter(task_name="notifications.deliver_email")
    assert list(jobs.values_list("status", flat=True)) == ["succeeded", "succeeded"]


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_worker_that_died_are_given_back() -> None:
    OutgoingEmailFactory()
    _leave_jobs_to_a_dead_worker()
    queue_job(retry_stalled_jobs, queueing_lock=retry_stalled_jobs.queueing_lock, timestamp=0)
    work()
    work()
    assert len(mail.outbox) == 1


def _leave_jobs_to_a_dead_worker() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")


@pytest.mark.django_db(transaction=True)
def test_jobs_of_one_test_do_not_reach_the_next() -> None:
    assert ProcrastinateJob.objects.count() == 0


def test_every_app_s_tasks_are_found() -> None:
    assert {
        "core.remove_old_jobs",
        "core.retry_stalled_jobs",
        "files.queue_forgotten_scans",
        "files.scan_stored_file",
        "notifications.deliver_email",
    } <= set(app.tasks)
