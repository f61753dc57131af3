"""What our pages are compared with in the same run: nginx with the same bytes as a file (the
ceiling), and a page of Wagtail, which many town sites in France are made with.

Each is served on this machine beside the portal, by as many processes, and stops with the bench.
Where a program is missing, the bench says so and goes on without that row.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.fleet import proxy
from tools.newcomer import free_port

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".bench"  # Wagtail's environment is made once
SITE = Path(__file__).parent / "wagtail_site"
WAGTAIL = ("wagtail==8.0.*", "gunicorn==27.0.*", "psycopg[binary,pool]==3.3.*")
_READY_WITHIN = 60


@dataclass(frozen=True, kw_only=True)
class Other:
    """A page of another program; `servers` are the processes that make it."""

    name: str
    port: int
    path: str
    servers: tuple[int, ...]
    is_bound: bool = False  # whether a budget compares our line's page with it


def nginx_with(stack: ExitStack, folder: Path, page: bytes) -> Other | str:
    """The page's bytes as a file, by two workers of nginx; or why not."""
    program = proxy.find_nginx()
    if not program:
        return "nginx: not installed here, its row is left out."
    home, port = folder / "nginx", free_port()
    home.mkdir()
    home.chmod(0o755)
    (home / "page.html").write_bytes(page)
    (home / "nginx.conf").write_text(
        f"""daemon off; worker_processes 2; pid {home}/pid; error_log {home}/error.log;
events {{}}
http {{
    default_type text/html; access_log off; open_file_cache max=10;
    client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home};
    uwsgi_temp_path {home}; scgi_temp_path {home};
    server {{ listen 127.0.0.1:{port}; root {home}; }}
}}
"""
    )
    child = _spawn(stack, [program, "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")])
    path = "/page.html"
    _wait_for(port, path)
    return Other(name="The same bytes, a file of nginx", port=port, path=path, servers=(child,))


def wagtail(stack: ExitStack, database: str, database_pid: int) -> list[Other] | str:
    """A page of 10 KB by Wagtail, plain and with Django's page cache on; or why not."""
    try:
        python = _wagtail_environment()
    except subprocess.CalledProcessError as error:
        return f"Wagtail: its environment could not be made ({error.stderr.strip()[-200:]})."
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE wagtail")
    site = KEPT / "wagtail-site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(SITE, site)
    variables = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database.rpartition("/")[0] + "/wagtail",
        "DJANGO_SETTINGS_MODULE": "town.settings",
    }
    for command in (["makemigrations", "town"], ["migrate"], ["make_page"]):
        subprocess.run(  # noqa: S603 - ours
            [python, "-m", "django", *command, "--verbosity", "0"],
            cwd=site,
            env=variables,
            check=True,
        )
    found = []
    for name, cache in (("Wagtail, a page of 10 KB", ""), ("Wagtail, Django's page cache on", "1")):
        port = free_port()
        web = _spawn(
            stack,
            [
                *(python, "-m", "gunicorn", "town.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--workers", "2", "--threads", "4", "--worker-class", "gthread"),
                *("--preload", "--no-control-socket", "--log-level", "warning"),
            ],
            cwd=site,
            env=variables | {"PAGE_CACHE": cache},
        )
        _wait_for(port, "/")
        servers = (web, database_pid)
        found.append(Other(name=name, port=port, path="/", servers=servers, is_bound=not cache))
    return found


def _wagtail_environment() -> str:
    """Its interpreter, in an environment of its own that is made once. From the package index."""
    python = KEPT / "wagtail" / "bin" / "python"
    done = KEPT / "wagtail" / "made-with.txt"
    if not done.exists() or done.read_text() != " ".join(WAGTAIL):
        uv = str(ROOT / ".venv" / "bin" / "uv")
        _quietly([uv, "venv", "--clear", "--python", sys.executable, str(KEPT / "wagtail")])
        _quietly([uv, "pip", "install", "--python", str(python), *WAGTAIL])
        done.write_text(" ".join(WAGTAIL))
    return str(python)


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours


def _spawn(stack: ExitStack, command: list[str], **options: object) -> int:
    """Start it, to be stopped with the bench; its process number."""
    child = subprocess.Popen(command, **options)  # type: ignore[call-overload]  # noqa: S603 - ours

    def stop() -> None:
        child.terminate()
        child.wait(10)

    stack.callback(stop)
    return int(child.pid)


def _wait_for(port: int, path: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
