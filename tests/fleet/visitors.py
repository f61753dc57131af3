"""People who read and write while processes die; what fails and what was confirmed is noted."""

from __future__ import annotations

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from tests.load.figures import quantile

READERS = 6
_PAUSE = 0.05  # seconds between two pages of a reader


@dataclass
class Crowd:
    """`writers` send messages: (address of the form, cookie). `failures` are pages that did not
    come; `confirmed` the messages that the portal thanked for, `unsure` those that it did not
    answer for, and what came instead."""

    port: int
    pages: list[tuple[str, str]]
    writers: list[tuple[str, str]]
    read: int = 0
    failures: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    unsure: dict[str, str] = field(default_factory=dict)
    word: str = "pendant la minute"
    _seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._read, args=(rank,)) for rank in range(READERS)),
            *(threading.Thread(target=self._write, args=writer) for writer in self.writers),
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def waits(self) -> str:
        """Median, 99th percentile and slowest, in seconds."""
        return ", ".join(f"{quantile(self._seconds, share):.2f}" for share in (0.5, 0.99, 1.0))

    def _read(self, rank: int) -> None:
        while not self._over.is_set():
            path, cookie = self.pages[rank % len(self.pages)]
            rank += 1
            began = time.monotonic()
            status, _, _ = ask(self.port, "GET", path, cookie)
            with self._lock:
                self.read += 1
                self._seconds.append(time.monotonic() - began)
                if status != 200:
                    self.failures.append(f"{path}: {status}")
            time.sleep(_PAUSE)

    def _write(self, path: str, cookie: str) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            body = f"Message {number} par {path}, {self.word}."
            status = send(self.port, path, cookie, {"body": body})
            with self._lock:
                if status == 302:
                    self.confirmed.append(body)
                else:
                    self.unsure[body] = f"{path}: {status}"
            time.sleep(1)


def session_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def send(port: int, path: str, cookie: str, values: dict[str, str]) -> int:
    """Open the page, fill its form in, send it; 0 when nobody answered."""
    status, headers, html = ask(port, "GET", path, cookie)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    given = re.search(r"csrftoken=([^;]+)", headers)
    if status != 200 or not token or not given:
        return status
    status, _, _ = ask(
        port,
        "POST",
        path,
        f"{cookie}; csrftoken={given[1]}",
        {"csrfmiddlewaretoken": token[1], **values},
    )
    return status


def ask(
    port: int,
    method: str,
    path: str,
    cookie: str = "",
    values: dict[str, str] | None = None,
    *,
    raw: bool = False,
) -> tuple[int, str, str]:
    """Status, cookies that were set, text (a character a byte when `raw`); status 0 when the
    connection broke."""
    headers = {"Cookie": cookie} if cookie else {}
    if values is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=urlencode(values or {}), headers=headers)
        response = connection.getresponse()
        text = response.read().decode("latin-1" if raw else "utf-8", errors="replace")
        return response.status, "; ".join(response.msg.get_all("Set-Cookie") or ()), text
    except (OSError, http.client.HTTPException):
        return 0, "", ""
    finally:
        connection.close()
