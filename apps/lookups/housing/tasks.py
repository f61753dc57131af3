"""Background jobs of housing. Each may run twice: what is done is not done again."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.core import clock
from apps.lookups.housing import alerts, bookings, seasons


@app.periodic(cron="*/5 * * * *")
@app.task(name="housing.end_holds", queueing_lock="housing.end_holds", pass_context=False)
def end_holds(timestamp: int) -> None:
    """Holds whose hour has passed; the next in line is offered the room."""
    bookings.end_overdue_holds(at=clock.now())


@app.periodic(cron="20 6 * * *")
@app.task(name="housing.ask_hosts", queueing_lock="housing.ask_hosts", pass_context=False)
def ask_hosts(timestamp: int) -> None:
    """Whether the offers that end soon still stand."""
    seasons.ask_hosts(at=clock.now())


@app.periodic(cron="40 6 * * *")
@app.task(name="housing.tell_searchers", queueing_lock="housing.tell_searchers", pass_context=False)
def tell_searchers(timestamp: int) -> None:
    """Rooms that opened since yesterday, to whoever keeps a search."""
    alerts.tell_searchers(at=clock.now())
