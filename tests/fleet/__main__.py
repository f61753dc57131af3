"""Kill a process every five seconds under load for a minute, then the database: `make fleet`.

Three web processes, two workers, PostgreSQL with a streaming replica, and nginx with the very file
of deploy/. Readers must notice nothing but the request that was under way; no message that the
portal thanked for may be lost or come twice; each e-mail leaves once, or twice with one Message-ID.
A new version then replaces the old one while people read and write, and none of them notices.
Then the primary dies, the copy is promoted as docs/operations.md says, and people write again.
Writes docs/fleet.md.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from typing import Any

import django

from tests.attack.mail import received
from tests.attack.report import commit
from tests.fleet import proxy
from tests.fleet.servers import WEBS, WORKERS, Fleet
from tools.demo import ROOT

SECONDS, EVERY = 60, 5
KILLS = SECONDS // EVERY
# In the order of the minute: each process dies at least once.
VICTIMS = tuple(name for pair in zip(WEBS, (*WORKERS, WORKERS[0]), strict=True) for name in pair)
REPORT = ROOT / "docs" / "fleet.md"


@dataclass
class Findings:
    """What the run saw, and what must not have happened."""

    facts: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main() -> int:
    if not proxy.find_nginx():
        print(proxy.MISSING)  # noqa: T201
        return 1
    found = Findings()
    with ExitStack() as stack:
        fleet = Fleet(stack)
        fleet.start()
        django.setup()
        from django.db import connections  # noqa: PLC0415 - needs the line above

        stack.callback(connections.close_all)
        from apps.core import clock  # noqa: PLC0415 - likewise

        began = clock.now()
        _private_file(fleet, found)
        _minute_of_kills(fleet, found)
        _release_under_load(fleet, found)
        _jobs_of_the_dead(found)
        _emails(fleet, found, since=began)
        _loss_of_the_primary(fleet, found)
    text = _report(found)
    print(text)  # noqa: T201 - a command's output
    REPORT.write_text(text, encoding="utf-8")
    return int(bool(found.faults))


def _minute_of_kills(fleet: Fleet, found: Findings) -> None:
    from tests.fleet.visitors import Crowd  # noqa: PLC0415 - once Django is set up

    crowd = Crowd(fleet.port, _pages(), _writers())
    began = time.monotonic()
    with crowd:
        in_turn, killed = cycle(VICTIMS), []
        for rank in range(1, KILLS + 1):
            _sleep_until(began + EVERY * rank - 1)
            victim = next(name for name in in_turn if fleet.can_lose(name))
            fleet.kill(victim)
            killed.append(victim)
            time.sleep(1)  # a supervisor's RestartSec
            fleet.start_one(victim, wait=False)
        time.sleep(EVERY)
    webs = sum(victim in WEBS for victim in killed)
    found.facts["Processes killed (-9), of which web"] = f"{KILLS}, {webs}"
    if webs < len(WEBS):
        found.faults.append("Web processes start too slowly here to kill each: nothing is proven.")
    found.facts["Pages read"] = str(crowd.read)
    found.facts["Pages that failed"] = str(len(crowd.failures))
    found.facts["Seconds for a page: median, p99, slowest"] = crowd.waits
    # nginx asks another process for a page that was under way: a reader sees none of it.
    found.faults += _counted("Failed", crowd.failures)
    _check_messages(crowd, found, "")
    if len(crowd.confirmed) < SECONDS:
        found.faults.append("Too few messages: nothing is proven.")


def _release_under_load(fleet: Fleet, found: Findings) -> None:
    """Old processes end as they should, new ones take over: neither page nor message is lost."""
    from tests.fleet.visitors import Crowd  # noqa: PLC0415 - once Django is set up

    crowd = Crowd(fleet.port, _pages(), _writers(), word="pendant la mise à jour")
    with crowd:
        time.sleep(2)
        fleet.release_new_version()
        time.sleep(2)
    found.facts["Release under load: pages read, failed"] = f"{crowd.read}, {len(crowd.failures)}"
    found.facts["Release under load: seconds for a page"] = crowd.waits
    found.faults += _counted("Failed during the release", crowd.failures)
    _check_messages(crowd, found, "Release under load: ")
    found.faults += _counted("Cut by the release", crowd.unsure.values())
    if not fleet.runs_new_version():
        found.faults.append("The old version still runs after the release.")


def _private_file(fleet: Fleet, found: Findings) -> None:
    """The portal checks the right, nginx sends the bytes; nobody has them without the portal."""
    from apps.casefiles.models import Document  # noqa: PLC0415 - once Django is set up
    from tests.fleet.visitors import ask, session_of  # noqa: PLC0415 - likewise

    online = Document.objects.filter(case_file__applicant__isnull=False)
    document = online.select_related("file", "case_file__applicant").earliest("pk")
    file = document.case_file
    path = f"/mon-espace/dossiers/{file.reference}/pieces/fichiers/{document.file_id}/"
    theirs = ask(fleet.port, "GET", path, session_of(file.applicant), raw=True)
    with document.file.file.open("rb") as content:
        is_whole = (theirs[0], theirs[2]) == (200, content.read().decode("latin-1"))
    others = [
        ask(fleet.port, "GET", address)[0]
        for address in (path, f"/fichiers-prives/{document.file.file.name}")
    ]
    found.facts["A private file, sent by nginx after the check"] = "whole" if is_whole else "no"
    if not is_whole:
        found.faults.append(f"nginx does not send the private file: {theirs[0]}.")
    if 200 in others:
        found.faults.append("A stranger has the private file.")
    if ask(fleet.port, "GET", "/static/css/site.css")[0] != 200:
        found.faults.append("A style sheet is missing.")


def _counted(what: str, failures: Iterable[str]) -> list[str]:
    return [f"{what}: {failure}, {count} times." for failure, count in Counter(failures).items()]


def _sleep_until(instant: float) -> None:
    time.sleep(max(0.0, instant - time.monotonic()))


def _check_messages(crowd: Any, found: Findings, when: str) -> None:
    from apps.casefiles.models import Message  # noqa: PLC0415 - once Django is set up

    sent = {*crowd.confirmed, *crowd.unsure}
    stored = Counter(Message.objects.filter(body__in=sent).values_list("body", flat=True))
    lost = [body for body in crowd.confirmed if not stored[body]]
    twice = [body for body, count in stored.items() if count > 1]
    found.faults += [f"Lost: {body}" for body in lost] + [f"Twice: {body}" for body in twice]
    found.facts[f"{when}Messages that the portal thanked for"] = str(len(crowd.confirmed))
    found.facts[f"{when}of which lost, or stored twice"] = f"{len(lost)}, {len(twice)}"
    found.facts[f"{when}Messages cut under way"] = str(len(crowd.unsure))


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


def _emails(fleet: Fleet, found: Findings, *, since: datetime) -> None:
    """One for each message of an agent, whoever died while it left: once, or twice with one
    Message-ID (docs/decisions/0039-twice-at-worst.md)."""
    from apps.notifications.models import EmailStatus, OutgoingEmail  # noqa: PLC0415 - set up

    emails = OutgoingEmail.objects.filter(created_at__gte=since)
    arrived = received(fleet.mail)
    times = Counter(arrived[email.message_id] for email in emails)
    found.facts["E-mails that left once, twice"] = f"{times[1]}, {times[2]}"
    found.faults += [
        f"E-mail {email.pk} is {email.status}, and came {arrived[email.message_id]} times."
        for email in emails
        if email.status != EmailStatus.SENT or arrived[email.message_id] not in (1, 2)
    ]
    if emails.count() < SECONDS:
        found.faults.append("Too few e-mails: nothing is proven.")


def _loss_of_the_primary(fleet: Fleet, found: Findings) -> None:
    from django.db import connections  # noqa: PLC0415 - once Django is set up

    from apps.casefiles.models import CaseFileEvent, Message  # noqa: PLC0415 - likewise
    from tests.fleet.visitors import ask, send  # noqa: PLC0415 - likewise

    path, cookie = _writers()[0]
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
    """(form, cookie): four people whose request is with the guichet, and two of its agents, whose
    messages are told by e-mail."""
    from apps.accounts.models import User  # noqa: PLC0415 - once Django is set up
    from apps.casefiles.models import CaseFile  # noqa: PLC0415 - likewise
    from tests.fleet.visitors import session_of  # noqa: PLC0415 - likewise

    files = CaseFile.objects.filter(state="submitted", applicant__isnull=False, channel="online")
    theirs = {file.applicant_id: file for file in files.select_related("applicant")}
    agent = User.objects.get(email="agente@demo.example")
    answered = files.at_desk_of(agent).order_by("pk")[:2]
    return [
        *(
            (f"/mon-espace/dossiers/{file.reference}/messages/", session_of(file.applicant))
            for file in list(theirs.values())[:4]
        ),
        *(
            (f"/admin/casefiles/casefile/{file.pk}/messages/", session_of(agent))
            for file in answered
        ),
    ]


def _report(found: Findings) -> str:
    from apps.core import clock  # noqa: PLC0415 - once Django is set up

    rows = "\n".join(f"| {name} | {value} |" for name, value in found.facts.items())
    faults = "\n".join(f"- {fault}" for fault in found.faults) or "None was found."
    return f"""# Many processes, some of which die

Written by `make fleet`, never by hand: three web processes, two workers, PostgreSQL with a
streaming replica, and nginx with `deploy/nginx/orleans-sante.conf`, all on one machine. Under load
for {SECONDS} seconds, one process is killed every {EVERY}; then a new version replaces the old one,
process after process; then the primary dies and the copy is promoted.

| What | Seen |
|---|---|
{rows}

## Faults

{faults}

Run on {clock.now():%Y-%m-%d at %H:%M} UTC, commit {commit()}, on {platform.machine()},
{os.cpu_count()} processors, Python {platform.python_version()}.
"""


if __name__ == "__main__":
    sys.exit(main())
