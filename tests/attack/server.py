"""The portal under attack: PostgreSQL, gunicorn and a worker, on loopback, with the demo town."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.db import connections

from tools import demo
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres


class Server:
    """Started once for all parts; `stack` stops it and forgets what it wrote.

    Once it has started, this process has Django set up on the same database: a part reads rows to
    say what an attack did to them.
    """

    def __init__(self, stack: ExitStack) -> None:
        self.folder = Path(stack.enter_context(TemporaryDirectory(prefix="attack-")))
        self.folder.chmod(0o711)  # root's PostgreSQL runs as another account, which must pass
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
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
        self.variables["DJANGO_SETTINGS_MODULE"] = "tests.attack.settings"
        os.environ |= self.variables
        self.variables["TMPDIR"] = str(self.temporary)
        django.setup()
        self._stack.callback(connections.close_all)
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        """Start gunicorn, again too once it was killed, and wait for its first page."""
        self.town.start("web", demo.web_command(self.port, dev=False))
        self.town.wait_for_first_page(self.port)

    def start_worker(self) -> None:
        self.town.start("worker", demo.worker_command())

    def restart(self, **variables: str) -> None:
        """The web and the worker anew, with these variables changed."""
        self.variables |= variables
        for name in ("web", "worker"):
            self.town.stop(name)
        self.start_web()
        self.start_worker()
