"""Deliveries, by the worker."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from apps.core import clock
from apps.notifications.delivery import DeliveryError, deliver

# 4 s, 16 s, 64 s … 4 h 33; deliver() itself says when to give up.
_RETRY = RetryStrategy(exponential_wait=4, retry_exceptions=[DeliveryError])


@app.task(name="notifications.deliver_email", queue="emails", retry=_RETRY)
def deliver_email(*, email_id: int) -> None:
    deliver(email_id, at=clock.now())
