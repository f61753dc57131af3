"""How much memory a process took at most (Linux), and what the check of an upload takes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def peak_memory(pid: int | str = "self") -> int:
    """Most bytes that the process had in memory at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def memory_of_checks(paths: Sequence[Path], *, is_limited: bool = True) -> dict[str, int]:
    """Most bytes that `check_upload` added for each file, readers in C included.

    Each is checked in a fork of one small process, which has read nothing else: its peak is
    counted from its birth. Without `is_limited`, PDFs may unpack what they like.
    """
    done = subprocess.run(  # noqa: S603 - ourselves
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            __spec__.name,
            str(int(is_limited)),
            *map(str, paths),
        ],
        cwd=_ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "orleans_sante.settings.test"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.split(maxsplit=1) for line in done.stdout.splitlines())
    return {name: int(added) for added, name in lines}


def _check_each(paths: Sequence[str], *, is_limited: bool) -> None:
    from django.core.exceptions import ValidationError  # noqa: PLC0415 - of the child alone
    from django.core.files.base import File  # noqa: PLC0415

    from apps.files.pdfs import limit_decompression  # noqa: PLC0415
    from apps.files.validators import check_upload  # noqa: PLC0415

    if is_limited:
        limit_decompression()
    for path in map(Path, paths):
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        before = _peak()
        with path.open("rb") as content, suppress(ValidationError):
            check_upload(File(content, path.name))
        sys.stdout.write(f"{_peak() - before} {path.name}\n")
        sys.stdout.flush()
        os._exit(0)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    _check_each(sys.argv[2:], is_limited=sys.argv[1] == "1")
