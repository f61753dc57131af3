"""PostgreSQL as Django speaks to it, with a place to die before each write and around each commit.

Only the settings of the attack name this backend: the portal's code has no fault point, so that
nothing can switch one on.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

from apps.core.postgresql import base

_WRITES = ("INSERT", "UPDATE", "DELETE")
_count = {"armed": "", "points": 0}


class DatabaseWrapper(base.DatabaseWrapper):
    """Counts points from the moment that a fault is armed for this kind of process."""

    _has_written = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._watch)

    def _watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).lstrip().upper().startswith(_WRITES):
            self._has_written = True
            _pass("write")
        return execute(sql, params, many, context)

    def _commit(self) -> None:
        has_written, self._has_written = self._has_written, False
        if has_written:
            _pass("before commit")
        super()._commit()
        if has_written:
            _pass("after commit")

    def _rollback(self) -> None:
        self._has_written = False
        super()._rollback()


def _pass(place: str) -> None:
    """Strike when it is this point's turn. `armed` is a file, so that it works among processes."""
    armed = Path(os.environ["FAULTS"]) / os.environ["FAULTED_PROCESS"]
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        fault = json.loads(armed.read_text())
        if fault["id"] != _count["armed"]:
            _count.update(armed=fault["id"], points=0)
        _count["points"] += 1
        with armed.with_suffix(".passed").open("a") as passed:
            passed.write(f"{place}\n")
        if _count["points"] == fault["point"]:
            armed.unlink()
            _strike(fault)


def _strike(fault: dict[str, Any]) -> None:
    for target in fault["kill"]:
        number = {"self": os.getpid(), "master": os.getppid()}.get(target, target)
        if fault["group"]:
            os.killpg(number, signal.SIGKILL)
        else:
            os.kill(number, signal.SIGKILL)
