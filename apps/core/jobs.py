"""Background jobs: queued in the caller's transaction, run by `manage.py procrastinate worker`.

Each app keeps its jobs in tasks.py, found by procrastinate by itself:

    @app.task(name="files.scan", queue="files", retry=RetryStrategy(…))
    def scan_stored_file(*, file_id: str) -> None: …

    @app.periodic(cron="30 6 * * *")            # UTC
    @app.task(name="casefiles.remind", queueing_lock="casefiles.remind", pass_context=False)
    def remind(timestamp: int) -> None: …

Arguments are JSON values (ids, not rows). A job may run twice (a worker killed half-way): it
locks its row and looks at its state first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import Task

# Inside a worker, task.defer() would use the worker's own connection: a job could start before
# its rows are committed, or survive their rollback. This manager always uses Django's.
_django_jobs = JobManager(DjangoConnector())


def queue_job(
    task: Task[Any, Any, Any],
    *,
    priority: int = 0,
    schedule_at: datetime | None = None,
    queueing_lock: str | None = None,
    **arguments: Any,
) -> None:
    """Queue `task` with `arguments`, in the current transaction.

    A higher `priority` goes first; `schedule_at` is the earliest start.
    With `queueing_lock`, nothing happens while a job with the same lock still waits.
    """
    deferrer = task.configure(
        priority=priority, schedule_at=schedule_at, queueing_lock=queueing_lock
    )
    deferrer.job_manager = _django_jobs
    try:
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return
