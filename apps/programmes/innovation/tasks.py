"""Background jobs of the innovation call. Each may run twice: nobody is asked twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.core import clock
from apps.programmes.innovation.report_requests import ask_reports


@app.periodic(cron="35 5 * * *")
@app.task(name="innovation.ask_reports", queueing_lock="innovation.ask_reports", pass_context=False)
def ask_for_reports(timestamp: int) -> None:
    """The reports that no payment waits for: ask, then remind."""
    ask_reports(at=clock.now())
