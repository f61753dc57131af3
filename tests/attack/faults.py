"""Arm a fault: who dies at which point of the next thing that a process writes."""

from __future__ import annotations

import json
from uuid import uuid4

from tests.attack.server import Server


class Fault:
    """`process` is the kind that passes the points: web or worker."""

    def __init__(self, server: Server, process: str) -> None:
        self._armed = server.faults / process
        self._passed = self._armed.with_suffix(".passed")

    def arm(self, *, point: int, kill: list[str | int], group: bool = False) -> None:
        """At that point (0: never, only count), kill these: « self », « master », a process."""
        self._passed.write_text("")
        fault = {"id": str(uuid4()), "point": point, "kill": kill, "group": group}
        unfinished = self._armed.with_suffix(".new")
        unfinished.write_text(json.dumps(fault))
        unfinished.replace(self._armed)

    def disarm(self) -> list[str]:
        """The points that were passed since, in order."""
        self._armed.unlink(missing_ok=True)
        return self._passed.read_text().splitlines()
