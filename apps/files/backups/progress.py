"""Say how far a long command is, a few times a second at most."""

from __future__ import annotations

import time
from typing import Protocol

from apps.files.backups.archive import Progress

_EVERY_SECONDS = 0.5


class _Output(Protocol):
    def write(self, text: str) -> object: ...


def shown_on(output: _Output) -> Progress:
    """Lines such as « Fichiers : 120 sur 340 »; the last of each stage is always shown."""
    last_shown = 0.0

    def show(stage: str, done: int, total: int) -> None:
        nonlocal last_shown
        now = time.monotonic()
        if now - last_shown >= _EVERY_SECONDS or done == total:
            last_shown = now
            output.write(f"{stage} : {done}{f' sur {total}' if total else ''}")

    return show
