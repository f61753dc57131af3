"""Deliveries, by the worker."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from apps.core import clock
from apps.notifications.delivery import DeliveryError, deliver

_LONGEST_WAIT_SECONDS = 3600


class _Patient(BaseRetryStrategy):
    """4 s, 16 s, 64 s … then every hour: deliver() itself says when to give up.

    A database that went away in the middle is no reason to forget an e-mail.
    """

    retry_exceptions = (DeliveryError, OperationalError, InterfaceError)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, self.retry_exceptions):
            return None
        # Bounded before the power: a row tried a thousand times by hand stays a number.
        wait = min(4 ** min(job.attempts + 1, 9), _LONGEST_WAIT_SECONDS)
        return RetryDecision(retry_in={"seconds": wait})


@app.task(name="notifications.deliver_email", queue="emails", retry=_Patient())
def deliver_email(*, email_id: int) -> None:
    deliver(email_id, at=clock.now())
