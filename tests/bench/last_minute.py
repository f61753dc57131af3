"""Two hundred owners send their project in the last seconds of a call: `make bench-last-minute`.

Serves the portal with gunicorn and PostgreSQL as `make demo` does, makes 220 ready drafts, opens
each owner's last page, then sends 200 of them while the call closes, and 20 once it has closed.
Prints what it found and writes docs/last-minute.md. Fails when one is lost, stored twice, out of
order, refused in time or received too late.
"""

from __future__ import annotations

import http.client
import os
import re
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import django

from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

OWNERS, TOO_LATE = 200, 20
# Seconds in which they all press the button; the last one does so LEFT before the call closes, so
# that a slow machine still answers in time; those who are too late do so AFTER it.
SPREAD, LEFT, AFTER = 20.0, 40.0, 2.0
REPORT = demo.ROOT / "docs" / "last-minute.md"


@dataclass
class Owner:
    reference: str
    cookie: str
    form: dict[str, str]
    sent_at: float = 0.0
    seconds: float = 0.0
    status: int = 0


def main() -> int:
    port = free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("last-minute-"))
        database = EmbeddedPostgres(folder / "postgres")
        stack.callback(database.stop)
        variables = demo.environment(port, database.start(), folder, dev=False)
        variables["DJANGO_SETTINGS_MODULE"] = "orleans_sante.settings.demo"
        os.environ |= variables
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - needs the line above

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        drafts = _drafts()
        town = demo.Town(folder, variables, stack)
        town.start("web", demo.web_command(port, dev=False))
        town.wait_for_first_page(port)
        owners = [_open_last_page(port, *draft) for draft in drafts]
        closes_at = _close_soon()
        _send_all(port, owners, closes_at)
        return _report(owners[:OWNERS], owners[OWNERS:], closes_at)


def _drafts() -> list[tuple[str, str]]:
    """(reference, session cookie) of owners whose project is ready to be sent."""
    from django.conf import settings  # noqa: PLC0415 - once Django is set up
    from django.test import Client  # noqa: PLC0415 - likewise

    from apps.casefiles.enums import CaseFileState  # noqa: PLC0415 - likewise
    from apps.core import clock  # noqa: PLC0415 - likewise
    from tests.factories.accounts import UserFactory  # noqa: PLC0415 - likewise
    from tests.factories.casefiles import join_documents  # noqa: PLC0415 - likewise
    from tests.factories.innovation import proposal_file, running_call  # noqa: PLC0415 - likewise

    now = clock.now()
    begun = now - timedelta(days=2)
    call = running_call(
        year=now.year, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=1)
    )
    drafts = []
    for number in range(OWNERS + TOO_LATE):
        owner = UserFactory(email=f"porteur{number}@exemple.fr")
        case_file = proposal_file(until=CaseFileState.DRAFT, applicant=owner, call=call, at=begun)
        join_documents(case_file, owner, at=begun)
        client = Client()
        client.force_login(owner)
        drafts.append(
            (case_file.reference, client.cookies[settings.SESSION_COOKIE_NAME].OutputString())
        )
    return drafts


def _open_last_page(port: int, reference: str, cookie: str) -> Owner:
    """« Vérifier et envoyer » as it waits in the browser: its token and the file's version."""
    session = cookie.partition(";")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    path = f"/mon-espace/dossiers/{reference}/verification/"
    connection.request("GET", path, headers={"Cookie": session})
    response = connection.getresponse()
    html = response.read().decode()
    assert response.status == HTTPStatus.OK, response.status
    token = re.search(r"csrftoken=([^;]+)", response.getheader("Set-Cookie") or "")
    fields = dict(
        re.findall(r'name="(csrfmiddlewaretoken|expected_version)" value="([^"]+)"', html)
    )
    connection.close()
    assert token
    return Owner(
        reference=reference,
        cookie=f"{session}; csrftoken={token[1]}",
        form={**fields, "is_exact": "on"},
    )


def _close_soon() -> datetime:
    from apps.core import clock  # noqa: PLC0415 - once Django is set up
    from apps.programmes.innovation.models import Call  # noqa: PLC0415 - likewise

    closes_at = clock.now() + timedelta(seconds=SPREAD + LEFT)
    Call.objects.update(closes_at=closes_at)
    return closes_at


def _send_all(port: int, owners: list[Owner], closes_at: datetime) -> None:
    """Each at its own moment, whether the ones before were answered or not."""
    closes = time.monotonic() + closes_at.timestamp() - time.time()
    began = closes - LEFT - SPREAD
    moments = [began + SPREAD * rank / OWNERS for rank in range(OWNERS)]
    moments += [closes + AFTER] * TOO_LATE

    def press(owner: Owner, moment: float) -> None:
        time.sleep(max(0.0, moment - time.monotonic()))
        _send(port, owner)

    threads = [
        threading.Thread(target=press, args=pair) for pair in zip(owners, moments, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send(port: int, owner: Owner) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": owner.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    path = f"/mon-espace/dossiers/{owner.reference}/verification/"
    owner.sent_at = time.monotonic()
    connection.request("POST", path, body=urlencode(owner.form), headers=headers)
    response = connection.getresponse()
    response.read()
    owner.status, owner.seconds = response.status, time.monotonic() - owner.sent_at
    connection.close()


def _report(owners: list[Owner], late: list[Owner], closes_at: datetime) -> int:
    from apps.casefiles.models import CaseFile, CaseFileEvent, Letter  # noqa: PLC0415 - set up

    stored: list[Any] = list(
        CaseFile.objects.filter(state="submitted").order_by("submitted_at", "pk")
    )
    rank = {case_file.reference: place for place, case_file in enumerate(stored)}
    received = [owner for owner in owners if owner.status == HTTPStatus.FOUND]
    seconds = sorted(owner.seconds for owner in owners)
    found: dict[str, tuple[object, object]] = {  # what is counted, and what it must be
        "Sent while the call was open, and received": (len(received), OWNERS),
        "Stored": (len(stored), OWNERS),
        "Moves recorded": (CaseFileEvent.objects.filter(transition="submit").count(), OWNERS),
        "Receipts": (Letter.objects.count(), OWNERS),
        "Overtaken by one sent after its answer": (_overtaken(received, rank), 0),
        "Sent once the call was closed, and refused": (
            sum(owner.status != HTTPStatus.FOUND for owner in late),
            TOO_LATE,
        ),
        "Stored after the closing": (
            sum(case_file.submitted_at > closes_at for case_file in stored),
            0,
        ),
    }
    lines = [
        "# The last minute of a call",
        "",
        "Written by `make bench-last-minute`, never by hand: run it on your own machine.",
        "",
        f"{OWNERS} owners press the button within {SPREAD:.0f} s, the last one {LEFT:.0f} s before",
        f"the call closes; {TOO_LATE} more {AFTER:.0f} s after, all at once.",
        "gunicorn and PostgreSQL run as `make demo` starts them.",
        "",
        "| What | Found | Must be |",
        "| --- | --- | --- |",
        *(f"| {name} | {count} | {due} |" for name, (count, due) in found.items()),
        f"| Answered, median | {seconds[len(seconds) // 2]:.2f} s | |",
        f"| Answered, slowest | {seconds[-1]:.2f} s | |",
    ]
    print("\n".join(lines))  # noqa: T201 - a command's output
    REPORT.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return int(any(count != due for count, due in found.values()))


def _overtaken(received: list[Owner], rank: dict[str, int]) -> int:
    """Two requests in flight together may overtake each other; never one already answered."""
    places = [
        (owner.sent_at, owner.sent_at + owner.seconds, rank.get(owner.reference, -1))
        for owner in received
    ]
    return sum(
        later_sent > earlier_answered and later_rank < earlier_rank
        for _, earlier_answered, earlier_rank in places
        for later_sent, _, later_rank in places
    )


if __name__ == "__main__":
    sys.exit(main())
