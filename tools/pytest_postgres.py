"""pytest plugin: a throw-away PostgreSQL for the whole run, unless DATABASE_URL is set.

It starts at import, before pytest-django reads the settings. xdist's workers inherit the
address through the environment.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tools.postgres import EmbeddedPostgres

_PREFIX = "ospg-test-"


def _remove_leftovers() -> None:
    """Data of earlier runs that were killed: the folder's name holds the run's process."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and folder.stat().st_uid == os.geteuid():
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)
            except PermissionError:
                continue


def _start() -> None:
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # root's server runs as another account, which must pass
    server = EmbeddedPostgres(folder / "data", volatile=True)

    def stop() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ["DATABASE_URL"] = server.start()


if not os.environ.get("DATABASE_URL"):
    _start()
