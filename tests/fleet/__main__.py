"""Kill a process every five seconds under load for a minute, then the database: `make fleet`.

Three web processes, two workers, PostgreSQL with a streaming replica, and nginx with the very file
of deploy/. Readers must notice nothing but the request that was under way; no message that the
portal thanked for may be lost or come twice; each e-mail leaves once, or twice with one Message-ID.
Then the primary dies, the copy is promoted as docs/operations.md says, and people write again.
Writes docs/fleet.md.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import django

from tests.attack.report import commit
from tests.fleet.servers import WEBS, WORKERS, Fleet
from tools.demo import ROOT

SECONDS, EVERY = 60, 5
# In the order of the minute: each process dies at least once.
VICTIMS = tuple(name for pair in zip(WEBS, (*WORKERS, WORKERS[0]), strict=True) for name in pair)
REPORT = ROOT / "docs" / "fleet.md"


@dataclass
class Findings:
    """What the run saw, and what must not have happened."""

    facts: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main() -> int:
    if not shutil.which("nginx"):
        print("nginx is missing: install it (on Debian: `apt-get install nginx-light`).")  # noqa: T201
        return 1
    found = Findings()
    with ExitStack() as stack:
        fleet = Fleet(stack)
        fleet.start()
        django.setup()
        from django.db import connections  # noqa: PLC0415 - needs the line above

        stack.callback(connections.close_all)
        _minute_of_kills(fleet, found)
        _jobs_of_the_dead(found)
        _loss_of_the_primary(fleet, found)
    text = _report(found)
    print(text)  # noqa: T201 - a command's output
    REPORT.write_text(text, encoding="utf-8")
    return int(bool(found.faults))


def _minute_of_kills(fleet: Fleet, found: Findings) -> None:
    from tests.fleet.visitors import Crowd  # noqa: PLC0415 - once Django is set up

    crowd = Crowd(fleet.port, _pages(), _writers())
    kills = 0
    with crowd:
        ends = time.monotonic() + SECONDS
        for victim in cycle(VICTIMS):
            time.sleep(EVERY - 1)
            if time.monotonic() > ends:
                break
            fleet.kill(victim)
            kills += 1
            time.sleep(1)  # a supervisor's RestartSec
            fleet.start_one(victim, wait=False)
    if len(crowd.failures) > kills:
        found.faults.append(f"{len(crowd.failures)} failed pages for {kills} kills.")
    found.facts["Processes killed (-9)"] = str(kills)
    found.facts["Pages read"] = str(crowd.read)
    found.facts["Pages that failed"] = str(len(crowd.failures))
    found.facts["Slowest page, s"] = f"{crowd.slowest:.1f}"
    _check_messages(crowd, found)


def _check_messages(crowd: Any, found: Findings) -> None:
    from apps.casefiles.models import Message  # noqa: PLC0415 - once Django is set up

    sent = {*crowd.confirmed, *crowd.unsure}
    stored = Counter(Message.objects.filter(body__in=sent).values_list("body", flat=True))
    lost = [body for body in crowd.confirmed if not stored[body]]
    twice = [body for body, count in stored.items() if count > 1]
    found.faults += [f"Lost: {body}" for body in lost] + [f"Twice: {body}" for body in twice]
    found.facts["Messages that the portal thanked for"] = str(len(crowd.confirmed))
    found.facts["of which lost, or stored twice"] = f"{len(lost)}, {len(twice)}"
    found.facts["Messages cut under way"] = str(len(crowd.unsure))
    if len(crowd.confirmed) < SECONDS:
        found.faults.append("Too few messages: nothing is proven.")


def _jobs_of_the_dead(found: Findings) -> None:
    """Jobs of killed workers are given back once their heartbeat is missed, then all are done."""
    from procrastinate.contrib.django.models import ProcrastinateJob  # noqa: PLC0415 - set up

    from apps.core.jobs import queue_job  # noqa: PLC0415 - likewise
    from apps.core.tasks import retry_stalled_jobs  # noqa: PLC0415 - likewise

    began = time.monotonic()
    waiting = ProcrastinateJob.objects.filter(status__in=("todo", "doing"), scheduled_at=None)
    while waiting.exists() and time.monotonic() < began + 120:
        time.sleep(10)
        queue_job(retry_stalled_jobs, timestamp=0)  # as every ten minutes
        time.sleep(2)
    if left := waiting.count():
        found.faults.append(f"{left} jobs are left.")
    found.facts["Jobs left two minutes later"] = str(waiting.count())


def _loss_of_the_primary(fleet: Fleet, found: Findings) -> None:
    from django.db import connections  # noqa: PLC0415 - once Django is set up

    from apps.casefiles.models import CaseFileEvent, Message  # noqa: PLC0415 - likewise
    from tests.fleet.visitors import ask, send  # noqa: PLC0415 - likewise

    reference, cookie = _writers()[0]
    path = f"/mon-espace/dossiers/{reference}/messages/"
    assert send(fleet.port, path, cookie, {"body": "Le dernier mot."}) == 302
    before = (Message.objects.count(), CaseFileEvent.objects.count())
    time.sleep(1)
    connections["default"].close()
    connections["default"].close_pool()
    began = time.monotonic()
    fleet.kill_primary()
    lines_up = ask(fleet.port, "GET", "/medecin-du-jour/45234-orleans/")[0] == 200
    fleet.promote_copy()
    found.facts["Doctor's line answered without the primary"] = "yes" if lines_up else "no"
    found.facts["From the loss to the first page on the copy, s"] = (
        f"{time.monotonic() - began:.0f}"
    )
    connections["default"].settings_dict.update(HOST=str(fleet.copy.socket_dir))
    if (Message.objects.count(), CaseFileEvent.objects.count()) != before:
        found.faults.append("The copy lacks rows.")
    if send(fleet.port, path, cookie, {"body": "Et l’on continue."}) != 302:
        found.faults.append("Nobody can write after the promotion.")
    if not lines_up:
        found.faults.append("The doctor's line went with the primary.")


def _pages() -> list[tuple[str, str]]:
    """(address, cookie): public ones, kept or not, and the desk's."""
    from apps.accounts.models import User  # noqa: PLC0415 - once Django is set up
    from tests.fleet.visitors import session_of  # noqa: PLC0415 - likewise

    desk = session_of(User.objects.get(email="agente@demo.example"))
    return [
        ("/medecin-du-jour/45234-orleans/", ""),
        ("/lieux-de-soins/?commune=45234&km=20", ""),
        ("/aides/installation/", ""),
        ("/communes/45234-orleans/", ""),
        ("/admin/casefiles/casefile/", desk),
        ("/admin/casefiles/casefile/?q=orleans", desk),
    ]


def _writers() -> list[tuple[str, str]]:
    """(reference, cookie) of six people whose request is with the guichet."""
    from apps.casefiles.models import CaseFile  # noqa: PLC0415 - once Django is set up
    from tests.fleet.visitors import session_of  # noqa: PLC0415 - likewise

    files = CaseFile.objects.filter(state="submitted", applicant__isnull=False, channel="online")
    chosen = {file.applicant_id: file for file in files.select_related("applicant")}
    return [(file.reference, session_of(file.applicant)) for file in list(chosen.values())[:6]]


def _report(found: Findings) -> str:
    rows = "\n".join(f"| {name} | {value} |" for name, value in found.facts.items())
    faults = "\n".join(f"- {fault}" for fault in found.faults) or "None."
    return f"""# Many processes, some of which die

Written by `make fleet`, never by hand: three web processes, two workers, PostgreSQL with a
streaming replica, and nginx with `deploy/nginx/orleans-sante.conf`, all on one machine. Under load
for {SECONDS} seconds, one process is killed every {EVERY}; then the primary dies and the copy is
promoted.

| What | Seen |
|---|---|
{rows}

Faults: {faults}

Commit {commit()}.
"""


if __name__ == "__main__":
    sys.exit(main())
