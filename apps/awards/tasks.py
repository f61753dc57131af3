"""Background jobs of awards."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.awards import renewals
from apps.awards.proofs import advance_all
from apps.core import clock


@app.periodic(cron="0 5 * * *")
@app.task(name="awards.follow_renewals", queueing_lock="awards.follow_renewals", pass_context=False)
def follow_renewals(timestamp: int) -> None:
    """Open the renewals of the day, and remind those whose last day is near."""
    renewals.open_renewals(on=clock.today(), at=clock.now())
    renewals.remind_renewals(on=clock.today(), at=clock.now())


@app.periodic(cron="30 5 * * *")
@app.task(name="awards.advance_instalments", queueing_lock="awards.advance_instalments")
def advance_instalments(timestamp: int) -> None:
    """Ask the proofs whose time has come, remind, and let due payments be due."""
    advance_all(at=clock.now())
