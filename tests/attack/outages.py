"""What the portal leans on goes away for a while: PostgreSQL, the mail server, the disk."""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pikepdf
from django.db import connection
from django.db.models import QuerySet
from psycopg.types.json import Jsonb

from apps.core import clock
from apps.core.consistency import check_everything
from apps.core.jobs import queue_job
from apps.core.tasks import forget_worked_off
from apps.notifications.models import EmailStatus, OutgoingEmail
from apps.notifications.queue import queue_rendered
from apps.notifications.registry import DEFAULT_KIND
from apps.notifications.render import RenderedEmail
from apps.notifications.tasks import deliver_email
from tests.attack.mail import received
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.steps import STEPS
from tests.attack.target import Target
from tests.attack.visitor import Visitor
from tests.support.uploads import pdf_bytes

_LINE = "/medecin-du-jour/45234-orleans/"
_OTHER_LINE = "/medecin-du-jour/45155-gien/"
_NOTICE = "Données du"
_RESTARTS = 3
_BACK_WITHIN = 15
_EMAILS = 5
_TRIES_OF_A_DAY = 28  # 4 s, 16 s, 64 s … then every hour (notifications/tasks.py)
_SECONDS = 60
_JUMPS = {"an hour late": -3600, "two days late": -172_800, "forty days early": 3_456_000}


def run(server: Server) -> list[Outcome]:
    return [
        _without_database(server),
        _restarts_under_load(server),
        _full_disk(server),
        _mail_away(server),
        _clock_jumps(server),
    ]


def _without_database(server: Server) -> Outcome:
    """PostgreSQL really stopped: readiness turns red, same-day lines keep answering, then green."""
    tally = Tally("PostgreSQL stopped: readiness, and same-day lines with their hour")
    visitor = Visitor(server)
    before = {path: visitor.get(path) for path in (_LINE, _OTHER_LINE)}
    tally.record("ready before", _unless(visitor.get("/readyz/").status, 200))
    server.stop_database()
    time.sleep(11)  # past what a process keeps without asking
    started = time.monotonic()
    tally.record("alive", _unless(visitor.get("/healthz/").status, 200))
    tally.record("not ready", _unless(visitor.get("/readyz/").status, 503))
    for path in before:
        for _ in range(4):  # by whichever process answers
            answer = visitor.get(path)
            tally.record(
                path,
                _unless(answer.status, 200),
                "" if _NOTICE in answer.text else "does not say what it dates from",
            )
    tally.note = f"{time.monotonic() - started:.0f} s for all answers"
    server.start_database()
    deadline = time.monotonic() + _BACK_WITHIN
    while visitor.get("/readyz/").status != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    tally.record("ready again", _unless(visitor.get("/readyz/").status, 200))
    time.sleep(6)  # past the time for which a page does not ask again
    for path in before:
        is_dated = any(_NOTICE in visitor.get(path).text for _ in range(4))
        tally.record(f"{path} again", "is still dated" if is_dated else "")
    return tally.outcome()


def _unless(status: int, wanted: int) -> str:
    return "" if status == wanted else f"answers {status}"


def _restarts_under_load(server: Server) -> Outcome:
    """People read and send all along: what was answered « received » is there, once."""
    tally = Tally("PostgreSQL restarted while people read and send")
    target = Target(server)
    with _people(target) as kept:
        for number in range(_RESTARTS):
            time.sleep(2)
            server.stop_database(crash=number == _RESTARTS - 1)
            server.start_database()
        time.sleep(2)
    names = [str(document.file) for document in target.documents()]
    for name in kept:
        found = names.count(name)
        tally.record(name, "" if found == 1 else f"is there {found} times")
    run = check_everything(at=clock.now())
    for label, sentences in run.found.items():
        tally.record(label, *sentences[:5])
    tally.note = f"{len(kept)} pieces received during {_RESTARTS} restarts"
    return tally.outcome()


@contextmanager
def _people(target: Target) -> Iterator[list[str]]:
    """Two send and two read; yields the names of the pieces that they were told are received."""
    over = threading.Event()
    kept: list[str] = []

    def send() -> None:
        for number in itertools.takewhile(lambda _: not over.is_set(), itertools.count(1)):
            name = f"sous charge {threading.get_ident()} {number}.pdf"
            with suppress(OSError, http.client.HTTPException):
                if target.send((name, pdf_bytes())).status == 302:
                    kept.append(name)

    def read() -> None:
        while not over.is_set():
            with suppress(OSError, http.client.HTTPException):
                target.visitor.get("/communes/45234-orleans/")

    threads = [threading.Thread(target=act) for act in (send, send, read, read)]
    for thread in threads:
        thread.start()
    try:
        yield kept
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _full_disk(server: Server) -> Outcome:
    """A disk of one megabyte (root only), filled by pieces."""
    tally = Tally("Disk full while a piece is sent")
    small = server.folder / "small"
    small.mkdir()
    if os.geteuid() or not _mount(small):
        tally.note = "not tried: needs root"
        return tally.outcome()
    usual = server.variables["PRIVATE_MEDIA_ROOT"]
    try:
        server.restart(PRIVATE_MEDIA_ROOT=str(small))
        target = Target(server)
        big = pdf_bytes(change=_fill, compress_streams=False)
        for number in range(4):
            before = target.traces()[:2]
            answer = target.send((f"page {number}.pdf", big))
            left = [path for path in small.rglob("*") if path.is_file()]
            tally.record(
                f"piece {number}",
                _unless(answer.status, 200),
                "" if "n’a pas pu garder ce fichier" in answer.text else "no French reason",
                "" if target.traces()[:2] == before else "left rows",
                "" if not left else f"left {left}",
            )
    finally:
        server.restart(PRIVATE_MEDIA_ROOT=usual)
        subprocess.run(["/bin/umount", str(small)], check=False)  # noqa: S603 - our own folder
    return tally.outcome()


def _mount(folder: Path) -> bool:
    command = ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    return not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603


def _fill(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"% 0123456789\n" * 200_000)


def _mail_away(server: Server) -> Outcome:
    """Every try of a day is refused, by the real worker; then each e-mail arrives once."""
    tally = Tally("Mail server away for a day")
    down = server.mail / "down"
    down.touch()
    emails = [
        queue_rendered(
            RenderedEmail(subject="Essai", text="Bonjour.", html=""),
            kind=DEFAULT_KIND,
            to="personne@exemple.fr",
            is_sensitive=False,
            at=clock.now(),
        )
        for _ in range(_EMAILS)
    ]
    keys = [email.pk for email in emails]
    for tries in range(1, _TRIES_OF_A_DAY + 1):
        _work_off(_waiting(keys).filter(attempts__lt=tries))
    tally.record("kept", "" if _waiting(keys).count() == _EMAILS else "some wait no more")
    down.unlink()
    _work_off(_waiting(keys))
    arrived = received(server.mail)
    for email in emails:
        times = arrived[email.message_id]
        tally.record(f"e-mail {email.pk}", "" if times == 1 else f"came {times} times")
    tally.note = f"{_TRIES_OF_A_DAY} tries each"
    return tally.outcome()


def _waiting(keys: list[int]) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(pk__in=keys, status=EmailStatus.QUEUED)


def _work_off(emails: QuerySet[OutgoingEmail]) -> None:
    """Their next try is due at once, and a job that is new wakes the worker, until none is left."""
    deadline = time.monotonic() + _SECONDS
    while (late := list(emails.values_list("pk", flat=True))) and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' "
                "AND scheduled_at > now() AND task_name = %s AND args->'email_id' = ANY(%s)",
                [deliver_email.name, [Jsonb(key) for key in late]],
            )
        queue_job(forget_worked_off, timestamp=0)
        time.sleep(0.2)


def _clock_jumps(server: Server) -> Outcome:
    """The portal's clock is set wrong while people act: a file is before or after, never between,
    pages answer, and what was known at the wrong hour is forgotten at the right one."""
    tally = Tally("Clock set wrong, and right again")
    visitor, steps = Visitor(server), [kind(server) for kind in STEPS]
    for words, seconds in _JUMPS.items():
        for step in steps:
            step.prepare()
            step.sign_in_again()
            before = step.state()
            with _clock_off(server, seconds):
                answer = step.ask()
            if step.state() == before:
                step.sign_in_again()
                answer = step.ask()
            tally.record(
                f"{words}, {step.name}",
                "" if answer.status in {200, 302} else f"answers {answer.status}",
                "" if step.state() != before else "is not done at the right hour either",
            )
        with _clock_off(server, seconds):
            wrong = {path: visitor.get(path).status for path in (_LINE, "/readyz/")}
        for path, status in wrong.items():
            tally.record(f"{words}, {path}", _unless(status, 200))
        tally.record(f"{words}, back", _unless(visitor.get(_LINE).status, 200))
    for label, sentences in check_everything(at=clock.now()).found.items():
        tally.record(label, *sentences[:5])
    return tally.outcome()


@contextmanager
def _clock_off(server: Server, seconds: int) -> Iterator[None]:
    wrong = server.faults / "clock"
    wrong.write_text(str(seconds))
    try:
        yield
    finally:
        wrong.unlink()
