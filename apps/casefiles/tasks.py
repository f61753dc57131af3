"""Background jobs of the case files."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.casefiles import follow_up
from apps.casefiles.log_seals import seal_log
from apps.core import clock


@app.task(name="casefiles.send_follow_up_code", queue="emails")
def send_follow_up_code(*, reference: str, address: str) -> None:
    """`address` is follow_up.address_digest of what was typed."""
    follow_up.send_code(reference, address)


@app.periodic(cron="30 2 * * *")
@app.task(name="casefiles.seal_log", queueing_lock="casefiles.seal_log")
def seal_the_log(timestamp: int) -> None:
    """Once a night; a second run on the same day finds it done."""
    now = clock.now()
    seal_log(on=clock.paris_date(now), at=now)
