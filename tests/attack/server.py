"""The portal under attack: PostgreSQL, gunicorn and a worker, on loopback, with the demo town."""

from __future__ import annotations

import http.client
import os
import signal
import time
from contextlib import ExitStack, suppress
from http import HTTPStatus
from pathlib import Path

import django
from django.db import connections

from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

_READY_SECONDS = 60


class Server:
    """Started once for all parts; `stack` stops it and forgets what it wrote.

    Once it has started, this process has Django set up on the same database: a part reads rows to
    say what an attack did to them.
    """

    def __init__(self, stack: ExitStack) -> None:
        self.folder = stack.enter_context(temporary_folder("attack-"))
        # Where uploads wait, faults are armed (faulty/base.py) and e-mails arrive (mail.py).
        self.temporary, self.faults, self.mail = (
            self.folder / name for name in ("temporary", "faults", "mail")
        )
        for folder in (self.temporary, self.faults, self.mail):
            folder.mkdir()
        self.database = EmbeddedPostgres(self.folder / "postgres")
        self.port = free_port()
        self._stack = stack

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def files(self) -> Path:
        """The folder of private uploads."""
        return Path(self.variables["PRIVATE_MEDIA_ROOT"])

    @property
    def web_pid(self) -> int:
        """Gunicorn's master."""
        return self.town.children["web"].pid

    @property
    def worker_pid(self) -> int:
        return self.town.children["worker"].pid

    def web_processes(self) -> list[int]:
        """Gunicorn's master and its workers."""
        children = Path(f"/proc/{self.web_pid}/task/{self.web_pid}/children").read_text()
        return [self.web_pid, *map(int, children.split())]

    def start(self) -> None:
        self._stack.callback(self.database.stop)
        self.variables = demo.environment(
            self.port, self.database.start(), self.folder, dev=False
        ) | {"PRIVATE_MEDIA_ROOT": str(self.folder / "files")}
        self.town = demo.Town(self.folder, self.variables, self._stack)
        self.town.prepare()
        self.variables |= {
            "DJANGO_SETTINGS_MODULE": "tests.attack.settings",
            "FAULTS": str(self.faults),
            "FAULTED_PROCESS": "nobody",
            "MAIL_FOLDER": str(self.mail),
        }
        os.environ |= self.variables
        self.variables["TMPDIR"] = str(self.temporary)
        django.setup()
        self._stack.callback(connections.close_all)
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        """Start gunicorn, again too once it was killed, and wait for its first page."""
        self.variables["FAULTED_PROCESS"] = "web"
        self.town.start("web", demo.web_command(self.port, dev=False))
        self.town.wait_for_first_page(self.port)

    def start_worker(self) -> None:
        self.variables["FAULTED_PROCESS"] = "worker"
        self.town.start("worker", demo.worker_command())

    def restart(self, **variables: str) -> None:
        """The web and the worker anew, with these variables changed."""
        self.variables |= variables
        for name in ("web", "worker"):
            self.town.stop(name)
        self.start_web()
        self.start_worker()

    def stop_database(self, *, crash: bool = False) -> None:
        """As for an upgrade, or as when the machine loses power."""
        connections.close_all()  # ours would not outlive it
        if crash:
            assert self.database.pid is not None
            os.killpg(self.database.pid, signal.SIGKILL)
        self.database.stop()

    def start_database(self) -> None:
        self.database.start()

    def worker_is_dead(self) -> bool:
        return self.town.children["worker"].poll() is not None

    def revive(self) -> None:
        """Start again whoever died, until pages are served: a killed process dies in its time."""
        deadline = time.monotonic() + _READY_SECONDS
        while True:
            if self.database.running_pid() is None:
                self.database.stop()
                self.database.start()
            connections.close_all()
            if self.town.children["web"].poll() is not None:
                self.start_web()
            if self.worker_is_dead():
                self.start_worker()
            if self._is_ready():
                return
            assert time.monotonic() < deadline, f"not ready after {_READY_SECONDS} s"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/readyz/")
            return connection.getresponse().status == HTTPStatus.OK
        return False
