"""Connections that send a byte now and then: they hold whoever listens to them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.attack.nginx import in_front
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.visitor import Visitor
from tests.fleet import proxy

_STALLED = 40
_SECONDS = 15
_ANSWERED_WITHIN = 2.0
_BEGUN = b"POST /suivi/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
_HALF_A_HEADER = b"GET /healthz/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


def run(server: Server) -> list[Outcome]:
    """Gunicorn's threads are held by whoever speaks slowly: that is why nginx stands in front, and
    hands over requests that are whole. The first line tells it, the second proves it."""
    return [_alone(server), _behind_nginx(server)]


def _alone(server: Server) -> Outcome:
    """Told, not judged while they last: afterwards it must answer as before."""
    tally = Tally("Stalled connections, gunicorn alone")
    with _stalled(server.port):
        slowest = _slowest(server, server.port, seconds=4)
    tally.note = f"{_STALLED} of them: {_words(slowest)} for a page; nginx is needed in front"
    deadline = time.monotonic() + 30
    while _seconds_to_answer(server, server.port) > _ANSWERED_WITHIN:
        if time.monotonic() > deadline:
            break
    late = _seconds_to_answer(server, server.port)
    tally.record("after them", "" if late <= _ANSWERED_WITHIN else f"a page takes {_words(late)}")
    return tally.outcome()


def _behind_nginx(server: Server) -> Outcome:
    tally = Tally("Stalled connections, behind nginx")
    if not proxy.find_nginx():
        tally.note = f"not tried: {proxy.MISSING}"
        return tally.outcome()
    with in_front(server) as port:
        quick = _seconds_to_answer(server, port)
        with _stalled(port):
            slowest = _slowest(server, port, seconds=_SECONDS)
    tally.record("before them", "" if quick <= _ANSWERED_WITHIN else f"took {_words(quick)}")
    tally.record(
        f"{_STALLED} of them",
        "" if slowest <= _ANSWERED_WITHIN else f"a page takes {_words(slowest)}",
    )
    tally.note = f"{_STALLED} of them during {_SECONDS} s: a page takes {slowest:.2f} s at most"
    return tally.outcome()


def _words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _NO_ANSWER else f"no answer in {_NO_ANSWER:.0f} s"


_NO_ANSWER = 5.0


@contextmanager
def _stalled(port: int) -> Iterator[None]:
    """Half of them begin a form, half a header; then a byte a second each."""
    over = threading.Event()
    connections = [
        socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(_STALLED)
    ]
    for number, connection in enumerate(connections):
        connection.sendall(_BEGUN if number % 2 else _HALF_A_HEADER)

    def drip() -> None:
        while not over.wait(1):
            for connection in connections:
                with suppress(OSError):
                    connection.send(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        over.set()
        thread.join()
        for connection in connections:
            connection.close()


def _slowest(server: Server, port: int, *, seconds: float) -> float:
    deadline, slowest = time.monotonic() + seconds, 0.0
    while time.monotonic() < deadline:
        slowest = max(slowest, _seconds_to_answer(server, port))
        time.sleep(0.2)
    return slowest


def _seconds_to_answer(server: Server, port: int) -> float:
    """Until a page is there; _NO_ANSWER when it does not come."""
    visitor = Visitor(server, port=port, patience=_NO_ANSWER)
    started = time.monotonic()
    try:
        answer = visitor.get("/medecin-du-jour/45234-orleans/")
    except OSError:
        return _NO_ANSWER
    return time.monotonic() - started if answer.status == 200 else _NO_ANSWER
