"""Tools that look at the portal from outside: each has an environment of its own.

`requirements/<name>.txt` locks it with hashes, `.venv-<name>` holds it: nothing of it reaches the
portal's own environment.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def programs(name: str) -> Path:
    """The folder of this environment's programs."""
    return _folder(name) / "bin"


def why_not_installed(name: str) -> str:
    """Install what is locked, once for each lock; what went wrong, or nothing."""
    folder = _folder(name)
    lock, installed = _ROOT / "requirements" / f"{name}.txt", folder / f"{name}.txt"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return ""
    uv = str(_ROOT / ".venv" / "bin" / "uv")
    python = str(folder / "bin" / "python")
    for command in (
        (uv, "venv", "-q", "--allow-existing", str(folder)),
        (uv, "pip", "install", "-q", "--require-hashes", "--python", python, "-r", str(lock)),
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"Nothing was looked at, the tools are not there:\n{done.stderr.strip()}"
    installed.write_bytes(lock.read_bytes())
    return ""


def _folder(name: str) -> Path:
    return _ROOT / f".venv-{name}"
