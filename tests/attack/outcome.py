"""What an attack came to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """One kind of attack: how often it was tried, and what each lost one did."""

    name: str
    tried: int
    survived: int
    lost: list[str] = field(default_factory=list)
    note: str = ""  # a figure worth reading beside the counts, « 0.21 s at most »


@dataclass(frozen=True)
class Part:
    """What a module's attacks came to, and how long they took."""

    name: str
    outcomes: list[Outcome]
    seconds: float


class Tally:
    """Counts the tries of one kind of attack; `outcome()` is what they came to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.note = ""
        self._tried = 0
        self._lost: list[str] = []

    def record(self, attempt: str, *faults: str) -> None:
        """One more try; the empty faults are left out, and without any it was survived."""
        self._tried += 1
        if found := [fault for fault in faults if fault]:
            self._lost.append(f"{attempt}: {'; '.join(found)}")

    def outcome(self) -> Outcome:
        survived = self._tried - len(self._lost)
        return Outcome(self.name, self._tried, survived, self._lost, self.note)
