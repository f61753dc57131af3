"""Ask each page, and read what it cost: processor time of the web and of the database."""

from __future__ import annotations

import http.client
import os
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from tests.bench.growth.asks import HEAD, Ask, all_asks
from tests.bench.load import cpu_seconds, measure

EXPORT = "/admin/casefiles/casefile/export/"
LARGEST_EXPORT = 100_000
# A page that takes more is not asked for by several at once: one look in this process tells.
SLOW_MS = 500.0
# Those held to a ratio are asked more often; the lists of the register, of which there are many,
# more shortly.
ROUNDS, ROUNDS_FLAT, ROUNDS_REGISTER = 3, 9, 2
SECONDS, SECONDS_WARMING = 0.3, 0.1


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Milliseconds of processor for one request, and its queries."""

    ms: float
    queries: int


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A page with who asks for it; `alone_ms` is the processor time of one look in this process."""

    path: str
    cookie: str
    queries: int
    alone_ms: float


@dataclass(frozen=True, kw_only=True)
class Export:
    """A sheet that was downloaded: its rows, seconds of processor, and what the process grew by."""

    rows: int
    seconds: float
    grown_mb: float


def ask_all(port: int, servers: list[int]) -> dict[str, Cost]:
    """Every page in turn, in several rounds after one that warms up: medians."""
    asks = all_asks()
    visits = {ask.name: _visit(ask, servers) for ask in asks}
    samples: dict[str, list[float]] = {ask.name: [] for ask in asks}
    for round_number in range(ROUNDS_FLAT + 1):
        for ask in asks:
            visit = visits[ask.name]
            if round_number > _rounds(ask):
                continue
            if visit.alone_ms > SLOW_MS:
                samples[ask.name].append(visit.alone_ms)
                continue
            seconds = SECONDS if round_number else SECONDS_WARMING
            sample = measure(port, visit.path, visit.cookie, servers=servers, seconds=seconds)
            if round_number:
                samples[ask.name].append(sample.cpu_ms)
    return {
        name: Cost(ms=statistics.median(samples[name]), queries=visit.queries)
        for name, visit in visits.items()
    }


def _rounds(ask: Ask) -> int:
    if ask.is_registered:
        return ROUNDS_REGISTER
    return ROUNDS_FLAT if ask.stays_flat else ROUNDS


def export_of(port: int, files: int, servers: list[int]) -> Export:
    """The sheet of the worklist, a hundred thousand rows or so at most, read as it comes."""
    path = EXPORT + ("?vue=tous" if files <= LARGEST_EXPORT else "?etat=rejected")
    _, cookie = _signed_in(User.objects.get(email=HEAD))
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    before = cpu_seconds(servers)
    rows = -1  # its headings
    with _peak_memory(servers[0]) as grown:
        link.request("GET", path, headers={"Cookie": cookie})
        response = link.getresponse()
        assert response.status == 200, f"{path} answers {response.status}"
        while chunk := response.read(65_536):
            rows += chunk.count(b"\n")
    link.close()
    return Export(rows=rows, seconds=cpu_seconds(servers) - before, grown_mb=grown[0])


def _visit(ask: Ask, servers: list[int]) -> Visit:
    """One look in this process, once what is kept is kept."""
    client, cookie = _signed_in(ask.person())
    path = ask.address()
    client.get(path)
    processes = [os.getpid(), *servers[1:]]
    before = cpu_seconds(processes)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, f"{path} answers {response.status_code}"
    alone_ms = (cpu_seconds(processes) - before) * 1000
    return Visit(path=path, cookie=cookie, queries=len(captured), alone_ms=alone_ms)


def _signed_in(user: User) -> tuple[Client, str]:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return client, f"{name}={client.cookies[name].value}"


@contextmanager
def _peak_memory(root: int) -> Iterator[list[float]]:
    """Megabytes by which the process that grew most, of `root` and its children, has grown."""
    pids = [root, *_children(root)]
    before = {pid: _resident(pid) for pid in pids}
    grown, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.02):
            grown[0] = max(grown[0], *(_resident(pid) - before[pid] for pid in pids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield grown
    finally:
        is_over.set()
        watcher.join()


def _children(root: int) -> list[int]:
    return [
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if _parent(path) == root
    ]


def _parent(stat: Path) -> int:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
