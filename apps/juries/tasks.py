"""Background jobs of juries. Each may run twice: nobody is reminded twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.core import clock
from apps.juries.reminders import remind_all


@app.periodic(cron="20 6 * * *")
@app.task(name="juries.remind_jurors", queueing_lock="juries.remind_jurors", pass_context=False)
def remind_jurors(timestamp: int) -> None:
    """Remind the jurors who have not given everything, a week before the reading ends."""
    remind_all(at=clock.now())
