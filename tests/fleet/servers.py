"""Many machines on one: three web processes, two workers, PostgreSQL and its copy, nginx."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.fleet import proxy
from tools import demo
from tools.demo import ROOT
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

WEBS = ("web-1", "web-2", "web-3")
WORKERS = ("worker-1", "worker-2")
# What a release installs: neither tests nor tools.
_INSTALLED = ("apps", "fixtures", "orleans_sante", "static", "templates")


class Fleet:
    """`stack` stops all of it and forgets what it wrote."""

    def __init__(self, stack: ExitStack) -> None:
        self.folder = stack.enter_context(temporary_folder("fleet-"))
        self.mail = self.folder / "mail"
        self.mail.mkdir()
        self.primary = EmbeddedPostgres(self.folder / "primary")
        self.copy = EmbeddedPostgres(self.folder / "copy")
        self.port = free_port()
        self.ports = {name: free_port() for name in WEBS}
        self.release = ROOT  # whose code starts next
        self._stack = stack

    def start(self) -> None:
        self._stack.callback(self.primary.stop)
        variables = demo.environment(self.port, self.primary.start(), self.folder, dev=False)
        variables |= {
            "DJANGO_SETTINGS_MODULE": "orleans_sante.settings.demo",
            "PRIVATE_MEDIA_ROOT": str(self.folder / "files"),
            "X_ACCEL_PREFIX": "/fichiers-prives/",
            "MAIL_FOLDER": str(self.mail),
            "PYTHONPATH": str(ROOT),  # a release has no tests, and their settings are used
        }
        self.town = demo.Town(self.folder, variables, self._stack)
        self.town.prepare()
        variables["DJANGO_SETTINGS_MODULE"] = "tests.load.settings"
        self._stack.callback(self.copy.stop)
        variables["DATABASE_REPLICA_URL"] = self.copy.start_copy_of(self.primary)
        self.variables = variables
        os.environ |= variables
        for name in (*WEBS, *WORKERS):
            self.start_one(name)
        self._start_nginx()

    def start_one(self, name: str, *, wait: bool = True) -> None:
        """As a supervisor would: start this process, for the first time or again."""
        if name in self.ports:
            self.town.start(
                name,
                [
                    *(sys.executable, "-m", "gunicorn", "orleans_sante.wsgi"),
                    *("--bind", f"127.0.0.1:{self.ports[name]}", "--worker-class", "gthread"),
                    *("--workers", "1", "--threads", "4", "--limit-request-line", "8190"),
                    *("--preload", "--graceful-timeout", "30", "--no-control-socket"),
                    *("--log-level", "warning", "--chdir", str(self.release)),
                ],
            )
            if wait:
                self.town.wait_for_first_page(self.ports[name])
        else:
            manage = str(self.release / "manage.py")
            self.town.start(
                name, [sys.executable, manage, "procrastinate", "worker", "--name", name]
            )

    def kill(self, name: str) -> None:
        """kill -9, its children included."""
        child = self.town.children[name]
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def kill_primary(self) -> None:
        """The machine is gone: nothing is written to disk any more."""
        assert self.primary.pid
        os.killpg(self.primary.pid, signal.SIGKILL)

    def promote_copy(self) -> None:
        """What docs/operations.md says to do."""
        self.copy.promote()
        self.variables |= {"DATABASE_URL": self.copy.url, "DATABASE_REPLICA_URL": ""}
        # Together, as systemd does. Workers have ended by themselves: no database, no jobs.
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.town.stop, (*WEBS, *WORKERS)))
        for name in (*WEBS, *WORKERS):
            self.start_one(name, wait=False)
        for port in self.ports.values():
            self.town.wait_for_first_page(port)

    def release_new_version(self) -> None:
        """« A release without a pause » of docs/operations.md, on a copy of this very code."""
        new = self.folder / "release"
        for name in _INSTALLED:
            shutil.copytree(ROOT / name, new / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "manage.py", new)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
            cwd=new,
            env=self.variables,
            check=True,
        )
        self.release = new
        for name in WEBS:
            self._let_rest(self.ports[name])
            self.town.stop(name)
            self.start_one(name)
        self._let_rest(0)
        for name in WORKERS:
            self.town.stop(name)
            self.start_one(name)

    def _let_rest(self, port: int) -> None:
        """« down » on this line of nginx's file, and on no other; then « systemctl reload »."""
        proxy.configure(self.folder, self.port, list(self.ports.values()), resting=port)
        self.town.children["nginx"].send_signal(signal.SIGHUP)
        time.sleep(1)

    def can_lose(self, name: str) -> bool:
        """Whether every other web process listens: with all of them down, nobody answers."""
        return name not in WEBS or all(
            _listens(port) for other, port in self.ports.items() if other != name
        )

    def runs_new_version(self) -> bool:
        """Whether every web process imports its code from there."""
        return all(
            Path(f"/proc/{self.town.children[name].pid}/cwd").samefile(self.release)
            for name in WEBS
        )

    def _start_nginx(self) -> None:
        proxy.configure(self.folder, self.port, list(self.ports.values()))
        self.town.start("nginx", proxy.command(self.folder))
        self.town.wait_for_first_page(self.port)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
