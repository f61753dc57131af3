"""kill -9 of whoever works, in the middle of it; then everything is as before, or as after."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core import clock
from apps.core.consistency import check_everything
from apps.core.jobs import queue_job
from apps.core.tasks import retry_stalled_jobs
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_rendered
from apps.notifications.registry import DEFAULT_KIND
from apps.notifications.render import RenderedEmail
from tests.attack.faults import Fault
from tests.attack.mail import received
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.steps import STEPS, State, Step

_EMAILS = 6
_SECONDS = 60


@dataclass(frozen=True)
class _WentWell:
    """The points that a step passes, and what it comes to when nobody dies."""

    points: list[str]
    after: State


@dataclass(frozen=True)
class _Victim:
    """Whom to kill, and at how many points besides the two around the commit."""

    name: str
    points: int
    processes: Callable[[Server], list[str | int]]
    with_its_children: bool = False


_VICTIMS = (
    _Victim("a gunicorn worker", 5, lambda server: ["self"]),
    _Victim("gunicorn's master", 2, lambda server: ["master"]),
    # All its processes at once, as when the machine loses power.
    _Victim("PostgreSQL", 2, lambda server: [server.database.pid or 0], with_its_children=True),
)


def run(server: Server) -> list[Outcome]:
    outcomes = []
    for kind in STEPS:
        step = kind(server)
        well = _went_well(server, step)
        outcomes += [_killed(server, step, well, victim) for victim in _VICTIMS]
    return [*outcomes, _deliveries(server), _consistency(server)]


def _went_well(server: Server, step: Step) -> _WentWell:
    step.prepare()
    fault = Fault(server, "web")
    fault.arm(point=0, kill=[])
    answer = step.ask()
    points = fault.disarm()
    assert answer.status == 302, f"{step.name}: answers {answer.status}"
    assert "after commit" in points, f"{step.name}: writes nothing"
    return _WentWell(points, step.state())


def _killed(server: Server, step: Step, well: _WentWell, victim: _Victim) -> Outcome:
    tally = Tally(f"kill -9 of {victim.name} while {step.name}")
    last = len(well.points)
    spread = {1 + number * last // victim.points for number in range(victim.points)}
    for point in sorted(spread | {last - 1, last}):
        step.prepare()
        before = step.state()
        fault = Fault(server, "web")
        fault.arm(point=point, kill=victim.processes(server), group=victim.with_its_children)
        with suppress(OSError, http.client.HTTPException):
            step.ask()
        fault.disarm()
        server.revive()
        found = step.state()
        if found != well.after:
            with suppress(OSError, http.client.HTTPException):
                step.ask()
        tally.record(
            f"at {well.points[point - 1]}, point {point} of {last}",
            "" if found in (before, well.after) else f"lies between: {found}",
            "" if step.state() == well.after else f"asked again, it is {step.state()}",
        )
    return tally.outcome()


def _deliveries(server: Server) -> Outcome:
    """The background worker dies at each point of a delivery."""
    tally = Tally("kill -9 of the background worker while an e-mail leaves")
    for point in range(1, _EMAILS + 1):
        fault = Fault(server, "worker")
        fault.arm(point=point, kill=["self"])
        email = _email()
        _wait(lambda email=email: not _waits(email) or server.worker_is_dead())
        fault.disarm()
        server.revive()
        _give_back_stalled_jobs()
        _wait(lambda email=email: not _waits(email))
        email.refresh_from_db()
        times = received(server.mail)[email.message_id]
        tally.record(
            f"at point {point}",
            "" if email.status == EmailStatus.SENT else f"is {email.status}",
            "" if times in (1, 2) else f"came {times} times",
        )
    return tally.outcome()


def _email() -> OutgoingEmail:
    return queue_rendered(
        RenderedEmail(subject="Essai", text="Bonjour.", html=""),
        kind=DEFAULT_KIND,
        to="personne@exemple.fr",
        is_sensitive=False,
        at=clock.now(),
    )


def _waits(email: OutgoingEmail) -> bool:
    email.refresh_from_db()
    return bool(email.status == EmailStatus.QUEUED)


def _give_back_stalled_jobs() -> None:
    """The half minute without a heartbeat, and the round that comes every ten minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour' "
            "WHERE id IN (SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing')"
        )
    queue_job(retry_stalled_jobs, queueing_lock=retry_stalled_jobs.queueing_lock, timestamp=0)


def _wait(is_over: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not is_over() and time.monotonic() < deadline:
        time.sleep(0.1)


def _consistency(server: Server) -> Outcome:
    """After all crashes, once the worker has nothing left to do."""
    tally = Tally("Contradictions after all crashes")
    _wait(lambda: not ProcrastinateJob.objects.filter(status__in=("todo", "doing")).exists())
    run = check_everything(at=clock.now())
    for label, sentences in run.found.items():
        tally.record(label, *sentences[:5])
    counts = received(server.mail)
    twice = [name for name, count in counts.items() if count > 1]
    tally.record("an e-mail three times", *[n for n in twice if counts[n] > 2])
    tally.note = f"{counts.total()} e-mails, {len(twice)} of them twice"
    return tally.outcome()
