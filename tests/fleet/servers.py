"""Many machines on one: three web processes, two workers, PostgreSQL and its copy, nginx."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import demo
from tools.demo import ROOT
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres

WEBS = ("web-1", "web-2", "web-3")
WORKERS = ("worker-1", "worker-2")


class Fleet:
    """`stack` stops all of it and forgets what it wrote."""

    def __init__(self, stack: ExitStack) -> None:
        self.folder = Path(stack.enter_context(TemporaryDirectory(prefix="fleet-")))
        self.folder.chmod(0o711)  # root's PostgreSQL and nginx run as other accounts
        self.primary = EmbeddedPostgres(self.folder / "primary")
        self.copy = EmbeddedPostgres(self.folder / "copy")
        self.port = free_port()
        self.ports = {name: free_port() for name in WEBS}
        self._stack = stack

    def start(self) -> None:
        self._stack.callback(self.primary.stop)
        variables = demo.environment(self.port, self.primary.start(), self.folder, dev=False)
        variables |= {
            "DJANGO_SETTINGS_MODULE": "orleans_sante.settings.demo",
            "PRIVATE_MEDIA_ROOT": str(self.folder / "files"),
        }
        self.town = demo.Town(self.folder, variables, self._stack)
        self.town.prepare()
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
                    *("--no-control-socket", "--log-level", "warning"),
                ],
            )
            if wait:
                self.town.wait_for_first_page(self.ports[name])
        else:
            self.town.start(name, [*demo.worker_command(), "--name", name])

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
        for name in (*WEBS, *WORKERS):
            self.town.stop(name)  # workers have ended by themselves: no database, no jobs
        for name in (*WEBS, *WORKERS):
            self.start_one(name)

    def _start_nginx(self) -> None:
        """The file that people install, without what only HTTPS and the real folders need."""
        text = (ROOT / "deploy" / "nginx" / "orleans-sante.conf").read_text(encoding="utf-8")
        _, _, text = text.partition("upstream")
        text = f"upstream{text}"
        redirect = re.compile(r"server \{\n    listen 80;.*?\n\}\n", flags=re.DOTALL)
        text = redirect.sub("", text)
        for number, port in enumerate(self.ports.values(), start=8001):
            text = text.replace(f"127.0.0.1:{number}", f"127.0.0.1:{port}")
        text = re.sub(r"    (listen|ssl_certificate\w*) .*\n", "", text)
        text = text.replace(
            "    server_name sante.example.org;", f"    listen 127.0.0.1:{self.port};", 1
        )
        text = text.replace("/srv/orleans-sante", str(self.folder))
        text = text.replace("/var/cache/nginx/orleans-sante", str(self.folder / "cache"))
        text = text.replace("$host;", "127.0.0.1;")
        whole = (
            "daemon off;\nerror_log stderr error;\n"
            f"pid {self.folder}/nginx.pid;\nevents {{ worker_connections 1024; }}\n"
            f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{text}}}\n"
        )
        (self.folder / "nginx.conf").write_text(whole, encoding="utf-8")
        command = [
            str(shutil.which("nginx")),
            "-c",
            str(self.folder / "nginx.conf"),
            "-e",
            "stderr",
        ]
        self.town.start("nginx", command)
        self.town.wait_for_first_page(self.port)

    def answers(self, path: str) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return answer.status == 200
