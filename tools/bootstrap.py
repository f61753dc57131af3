"""Make `.venv` and install one locked set of packages: `bootstrap.py base` or `bootstrap.py dev`.

Runs on the machine's own python3 with nothing installed, so it uses the standard library only.
Nothing is done when the set is already there: a stamp in `.venv` holds the lock file's digest.
A `.venv` that is a link belongs to another checkout: it is used as it is.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
MINIMUM = (3, 11)
_INSTALL = ("install", "--quiet", "--require-hashes", "-r")


def main(wanted: str) -> None:
    if VENV.is_symlink():
        return
    stamp = VENV / f".installed-{wanted}"
    digest = _digest(REQUIREMENTS / f"{wanted}.txt")
    if stamp.exists() and stamp.read_text() == digest and _works():
        return
    if not _works():
        _make_venv()
    print(f"Installing the locked packages ({wanted})…", flush=True)
    _install(REQUIREMENTS / f"{wanted}.txt")
    stamp.write_text(digest)
    if wanted == "dev":  # dev.txt holds base.txt at the same versions
        (VENV / ".installed-base").write_text(_digest(REQUIREMENTS / "base.txt"))


def _works() -> bool:
    """Whether `.venv` runs, on a Python that is recent enough."""
    test = f"import sys; sys.exit(sys.version_info < {MINIMUM})"
    return PYTHON.exists() and _run(PYTHON, "-c", test, quiet=True)


def _make_venv() -> None:
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:2]))
        raise SystemExit(
            f"Python 3.11 or newer is needed, and python3 is {found}: "
            "install one, then give its path, as in `make demo PYTHON=/usr/bin/python3.12`."
        )
    print("Making the environment (.venv)…", flush=True)
    if not _run(Path(sys.executable), "-m", "venv", "--clear", str(VENV), quiet=True):
        raise SystemExit(
            "Python's venv module is missing: install it (on Debian or Ubuntu: "
            "`apt-get install python3-venv`), then run the same command again."
        )


def _install(requirements: Path) -> None:
    """With uv (about ten times quicker), else with pip: both check every hash."""
    uv = VENV / "bin" / "uv"
    lock = REQUIREMENTS / "uv.txt"
    has_uv = uv.exists() or _run(PYTHON, "-m", "pip", *_INSTALL, str(lock))
    if has_uv and _run(uv, "pip", *_INSTALL, str(requirements), "--python", str(PYTHON)):
        return
    print("uv could not install: trying with pip…", flush=True)
    if not _run(PYTHON, "-m", "pip", *_INSTALL, str(requirements)):
        raise SystemExit("The packages could not be installed: read the lines above.")


def _run(program: Path, *arguments: str, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    # uv would otherwise try to download a Python of its own.
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return (
        subprocess.run(
            [str(program), *arguments],
            check=False,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        ).returncode
        == 0
    )


def _digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
