"""Ask for one page again and again, and read what that cost the servers.

The figure that counts is processor time a request (web and database together), read from the
kernel: unlike requests a second, it does not depend on what else this machine does, nor on how
much the loader itself takes.
"""

from __future__ import annotations

import http.client
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 4
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    per_second: float
    cpu_ms: float


def measure(port: int, path: str, cookie: str, *, servers: list[int], seconds: float) -> Sample:
    """Requests a second over `seconds`, and milliseconds of the servers' processors for each."""
    counts: list[int] = []
    before = cpu_seconds(servers)
    started = time.monotonic()
    deadline = started + seconds
    threads = [
        threading.Thread(target=_ask, args=(port, path, cookie, deadline, counts))
        for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - started
    total = sum(counts)
    return Sample(total / elapsed, (cpu_seconds(servers) - before) * 1000 / total)


def _ask(port: int, path: str, cookie: str, deadline: float, counts: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    count = 0
    while time.monotonic() < deadline or not count:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 200, f"{path} answers {response.status}"
        count += 1
    connection.close()
    counts.append(count)


def cpu_seconds(roots: list[int]) -> float:
    """Processor time of these processes and all below them, ended children included.

    To the nanosecond for those alive; /proc counts in ticks of ten milliseconds, in which a short
    page costs nothing.
    """
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(entry.name)
        parents[pid] = int(fields[1])
        of_ended_children = sum(map(int, fields[13:15])) / _TICKS
        seconds[pid] = _own_seconds(pid) + of_ended_children
    return sum(count for pid, count in seconds.items() if _is_below(pid, set(roots), parents))


def _own_seconds(pid: int) -> float:
    """What the threads of this process took; Linux numbers the clock of each process so."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:  # it ended meanwhile, and is counted with its parent
        return 0.0


def _is_below(pid: int, roots: set[int], parents: dict[int, int]) -> bool:
    while pid not in roots:
        if pid not in parents or pid == parents[pid]:
            return False
        pid = parents[pid]
    return True
