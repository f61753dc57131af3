"""Lose everything, and bring it back: `manage.py backup` and `restore`, then a point in time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attack.outcome import Outcome, Tally
from tests.attack.second_server import (
    archive_now,
    connect,
    copy_base,
    empty_server,
    faults_of_files,
    files,
    rows,
    wait_until_writable,
)
from tests.attack.server import Server
from tests.attack.target import Target
from tests.support.uploads import pdf_bytes
from tools.demo import ROOT
from tools.postgres import EmbeddedPostgres

_DAMAGES = 6


def run(server: Server) -> list[Outcome]:
    """The server stays as it is: what is lost and found again is a second one."""
    folder = server.folder / "backups"
    folder.mkdir(mode=0o711)
    key, archive = folder / "key.txt", folder / "backup.age"
    said = _manage(server.variables, "make_backup_key", str(key))
    public = said.stdout.splitlines()[0].removeprefix("BACKUP_PUBLIC_KEY=")
    made = Tally("Backup made while people send pieces")
    with _people_at_work(server) as sent:
        started = time.monotonic()
        done = _manage(server.variables | {"BACKUP_PUBLIC_KEY": public}, "backup", str(archive))
        seconds = time.monotonic() - started
    made.record("backup", "" if done.returncode == 0 else _last_line(done))
    made.note = f"{seconds:.0f} s, {archive.stat().st_size >> 10} KB, {len(sent)} pieces meanwhile"
    return [
        made.outcome(),
        _damaged(server, archive, key, folder),
        *_returned(server, archive, key, folder),
    ]


def _manage(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def _folder(variables: dict[str, str]) -> Path:
    return Path(variables["PRIVATE_MEDIA_ROOT"])


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    return next(iter(reversed(done.stderr.strip().splitlines())), "no reason")


@contextmanager
def _people_at_work(server: Server) -> Iterator[list[int]]:
    """Somebody sends one piece after another; yields the answers so far."""
    target, answers, over = Target(server), list[int](), threading.Event()

    def send() -> None:
        while not over.is_set():
            answers.append(target.send((f"page {len(answers)}.pdf", pdf_bytes())).status)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()


def _damaged(server: Server, archive: Path, key: Path, folder: Path) -> Outcome:
    """Bits turned and ends cut, all over the archive; another key."""
    tally = Tally("Damaged backup, or another key")
    content = archive.read_bytes()
    other = folder / "other.txt"
    _manage(server.variables, "make_backup_key", str(other))
    with empty_server(folder / "damaged") as (database, variables):
        attempts = [("another key", content, other)]
        for number in range(_DAMAGES):
            place = len(content) * number // _DAMAGES
            turned = bytearray(content)
            turned[place] ^= 1
            attempts.append((f"bit turned at {place}", bytes(turned), key))
            attempts.append((f"cut at {place}", content[:place], key))
        for name, damaged, opened_with in attempts:
            (folder / "damaged.age").write_bytes(damaged)
            done = _manage(
                variables, "restore", str(folder / "damaged.age"), "--key", str(opened_with)
            )
            said = _last_line(done)
            tally.record(
                name,
                "" if done.returncode and "Rien n’a changé." in said else f"said {said}",
                ""
                if not rows(database) and not files(Path(variables["PRIVATE_MEDIA_ROOT"]))
                else "left something",
            )
    return tally.outcome()


def _returned(server: Server, archive: Path, key: Path, folder: Path) -> Iterator[Outcome]:
    """Everything again in an empty server; then a mistake on it, undone to the second before."""
    tally = Tally("Return into an empty server")
    archived = folder / "wal"
    archived.mkdir()
    archived.chmod(0o777)  # the server's account writes there
    options = ("archive_mode=on", f"archive_command=cp %p {archived}/%f", "wal_level=replica")
    with empty_server(folder / "returned", options) as (database, variables):
        started = time.monotonic()
        done = _manage(variables, "restore", str(archive), "--key", str(key))
        tally.note = f"{time.monotonic() - started:.0f} s"
        tally.record("restore", "" if done.returncode == 0 else _last_line(done))
        tally.record(
            "every row and file is whole",
            *faults_of_files(database, _folder(variables)),
        )
        tally.record("check_consistency", _consistency(variables))
        again = _manage(variables, "restore", str(archive), "--key", str(key))
        tally.record("restore over it", "" if again.returncode else "was not refused")
        yield tally.outcome()
        yield _point_in_time(database, archived, folder)


def _consistency(variables: dict[str, str]) -> str:
    done = _manage(variables, "check_consistency")
    return "" if done.returncode == 0 else done.stdout.strip() or _last_line(done)


def _point_in_time(database: EmbeddedPostgres, archived: Path, folder: Path) -> Outcome:
    """A base copy, then somebody empties a table: the server of a second before comes back."""
    tally = Tally("Point in time, from a base copy and archived WAL")
    base = folder / "base"
    copy_base(database, base)
    with connect(database) as connection:
        before = rows(database)
        moment = connection.execute("SELECT now()").fetchone()
        time.sleep(1)
        connection.execute("TRUNCATE notifications_outgoingemail CASCADE")
        assert moment is not None
    archive_now(database)
    recovered = EmbeddedPostgres(
        base,
        options=(
            f"restore_command=cp {archived}/%f %p",
            f"recovery_target_time={moment[0].isoformat()}",
            "recovery_target_action=promote",
        ),
    )
    (recovered.data_dir / "recovery.signal").touch()
    try:
        recovered.start()
        wait_until_writable(recovered)
        found = rows(recovered)
    finally:
        recovered.stop()
    differing = sorted(name for name in before if before[name] != found.get(name))
    tally.record("rows", f"differ: {', '.join(differing)}" if differing else "")
    tally.record("mistake", "" if rows(database) != before else "was not made")
    return tally.outcome()
