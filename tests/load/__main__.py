"""The day a campaign ends: find how many pages a second this machine gives: `make load`.

Serves the demo town with gunicorn, a worker and PostgreSQL behind nginx with the very file of
deploy/, and sends people to it at a fixed rate: three in five pages are residents', three in ten
applicants', one in ten agents'. The rate grows until a page comes too late: the knee. Then more
come than can be served, and what is put off is counted. Writes docs/load.md; at most six minutes.
Fails when a page breaks below the knee, or when what cannot wait is put off above it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import django

from tests.bench.load import cpu_seconds
from tests.fleet import proxy
from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

if TYPE_CHECKING:
    from tests.load.crowd import Crowd
    from tests.load.figures import Step
    from tests.load.report import Run

REPORT = demo.ROOT / "docs" / "load.md"
APPLICANTS = 1_500
FIRST_RATE, GROWTH, MOST_STEPS = 15.0, 1.5, 12
SECONDS, WARM_UP, ABOVE_SECONDS = 10.0, 8.0, 25.0
SEARCHES = 2  # steps between the last rate that holds and the first that does not
ABOVE = 2.0  # times the knee


def main() -> int:
    if not proxy.find_nginx():
        print(proxy.MISSING)  # noqa: T201
        return 1
    began = time.monotonic()
    with ExitStack() as stack:
        run = _serve_and_load(stack)
    from tests.load.report import faults, report  # noqa: PLC0415 - once Django is set up

    text = report(run, seconds=time.monotonic() - began)
    print(text)  # noqa: T201 - a command's output
    REPORT.write_text(text, encoding="utf-8")
    return int(bool(faults(run)))


def _serve_and_load(stack: ExitStack) -> Run:
    folder = stack.enter_context(temporary_folder("load-"))
    mail = folder / "mail"
    mail.mkdir(exist_ok=True)
    database = EmbeddedPostgres(folder / "postgres")
    stack.callback(database.stop)
    web, port = free_port(), free_port()
    variables = demo.environment(port, database.start(), folder, dev=False)
    variables |= {"PRIVATE_MEDIA_ROOT": str(folder / "files"), "MAIL_FOLDER": str(mail)}
    town = demo.Town(folder, variables, stack)
    town.prepare()
    variables["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"
    os.environ |= variables
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - needs the line above
    from django.db import connections  # noqa: PLC0415 - likewise

    from tests.load.crowd import Crowd  # noqa: PLC0415 - likewise
    from tests.load.town import build_town  # noqa: PLC0415 - likewise

    people = build_town(mail, applicants=APPLICANTS)
    connections.close_all()
    proxy.configure(folder, port, [web])
    assert database.pid
    programs = {
        "web": town.start("web", demo.web_command(web, dev=False)),
        "worker": town.start("worker", demo.worker_command()),
        "PostgreSQL": database.pid,
        "nginx": town.start("nginx", proxy.command(folder)),
    }
    town.wait_for_first_page(port)

    def processors() -> dict[str, float]:
        taken = {name: cpu_seconds([pid]) for name, pid in programs.items()}
        return taken | {"the visitors": time.process_time()}

    return asyncio.run(_load(Crowd(port, people, processors, settings.SESSION_COOKIE_NAME)))


async def _load(crowd: Crowd) -> Run:
    from tests.load.figures import between, knee  # noqa: PLC0415 - once Django is set up
    from tests.load.report import Run  # noqa: PLC0415 - likewise

    mail = asyncio.create_task(crowd.town.receive_mail())
    await crowd.come(FIRST_RATE, WARM_UP)
    steps = []
    for rank in range(MOST_STEPS):
        steps.append(await crowd.come(FIRST_RATE * GROWTH**rank, SECONDS))
        _say(steps[-1])
        if not steps[-1].holds:
            break
    await crowd.leave(within=15)
    for _ in range(SEARCHES):
        if knee(steps) and not all(step.holds for step in steps):
            steps.append(await crowd.come(between(steps), SECONDS))
            _say(steps[-1])
            await crowd.leave(within=15)
    found = knee(steps)
    above = await crowd.come(ABOVE * (found.rate if found else FIRST_RATE), ABOVE_SECONDS)
    _say(above)
    await crowd.leave(within=20)
    mail.cancel()
    return Run(steps, above, crowd.town.code_waits, crowd.town.broken)


def _say(step: Step) -> None:
    state = "holds" if step.holds else "does not hold"
    print(  # noqa: T201 - minutes pass
        f"{step.asked_a_second:.0f} pages a second: {state}, p95 {step.slowest_p95:.2f} s, "
        f"{step.broken} broken, {step.put_off} put off",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
