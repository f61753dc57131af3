"""Run background jobs in the test: same process, same thread, same transaction.

A real worker (`manage.py procrastinate worker`) has its own connections, so it cannot see what
a test has not committed. Its real run is tested in tests/notifications/test_worker.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.tasks import Task

from apps.core import clock


def run_jobs(*, at: datetime | None = None) -> list[str]:
    """Run what is due at the instant `at` (now), in the worker's order, until nothing is.

    Returns the names of the tasks run, retries included. A job that asks for a retry is put
    back for later, as a worker does; any other exception of a job is raised to the test.
    """
    run: list[str] = []
    while job := _next_job(at or clock.now()):
        task = app.tasks[job.task_name]
        run.append(job.task_name)
        _call("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", job.pk)
        try:
            task(**job.args)
        except _retryable(task) as error:
            retry = task.get_retry_exception(error, job.procrastinate_job)
            if retry is None:
                raise
            when = retry.retry_decision.retry_at
            _call("SELECT procrastinate_retry_job_v2(%s, %s, NULL, NULL, NULL)", job.pk, when)
        else:
            _call("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", job.pk)
    return run


def queued_jobs() -> list[str]:
    """Names of the tasks that wait, now or for later."""
    return list(_waiting().values_list("task_name", flat=True))


def _retryable(task: Task[Any, Any, Any]) -> tuple[type[Exception], ...]:
    return tuple(getattr(task.retry_strategy, "retry_exceptions", None) or ())


def _next_job(at: datetime) -> ProcrastinateJob | None:
    return _waiting().filter(Q(scheduled_at=None) | Q(scheduled_at__lte=at)).first()


def _waiting() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id")


def _call(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
