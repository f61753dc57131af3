"""Housekeeping of the job queue itself, of the cache and of the throttles."""

from __future__ import annotations

import logging

from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

from apps.core import clock, throttles
from apps.core.consistency import MOST_TOLD, check_everything, tell_contradictions

logger = logging.getLogger(__name__)

_KEEP_HOURS = 72
_KEEP_FAILED_HOURS = 30 * 24


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="core.retry_stalled_jobs", queueing_lock="core.retry_stalled_jobs", pass_context=True
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give back the jobs of workers that died: every job here may safely run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="40 3 * * *")
@app.task(name="core.remove_old_jobs", queueing_lock="core.remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Done jobs go after three days; failed ones stay a month, for whoever asks why."""
    await builtin_tasks.remove_old_jobs(context, max_hours=_KEEP_HOURS)
    await builtin_tasks.remove_old_jobs(
        context, max_hours=_KEEP_FAILED_HOURS, remove_failed=True, remove_cancelled=True
    )


@app.periodic(cron="20 2 * * *")
@app.task(name="core.check_consistency", queueing_lock="core.check_consistency")
def check_consistency(timestamp: int) -> None:
    """Look for contradictions at night; the dashboard and an e-mail say what was found."""
    run = check_everything(at=clock.now())
    for label, sentences in run.found.items():
        for sentence in sentences[:MOST_TOLD]:
            logger.error("%s: %s", label, sentence)
    tell_contradictions(run)


@app.periodic(cron="25 * * * *")
@app.task(name="core.forget_worked_off", queueing_lock="core.forget_worked_off")
def forget_worked_off(timestamp: int) -> None:
    """Throttles that hold nobody back go within the hour."""
    throttles.forget_worked_off(at=clock.now())
