"""What reading an extract gives: places, what was left out, and every damaged row with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ReadPlace:
    """One place as an extract says it; an empty value is « the extract does not say ».

    `kind` is empty for a place that is worth updating, never creating: the extract cannot tell
    that a pharmacy is sentinel.
    """

    line: int
    name: str
    commune_id: str
    latitude: float
    longitude: float
    kind: str = ""
    category: str = ""
    address: str = ""
    phone: str = ""
    website: str = ""
    opening_hours: str = ""
    services: tuple[str, ...] = ()
    is_wheelchair_accessible: bool | None = None
    finess: str = ""
    osm_id: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"services": list(self.services)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ReadPlace:
        return cls(**{**values, "services": tuple(values["services"])})


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be read. One is enough for nothing to be applied."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"ligne {self.line} : {self.reason}"


@dataclass
class Reading:
    """All that a file gave. `remarks` are values left aside, which stop nothing."""

    places: list[ReadPlace] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    left_out: int = 0

    def refuse(self, line: int, reason: str) -> None:
        self.faults.append(Fault(line, reason))

    def remark(self, line: int, reason: str) -> None:
        self.remarks.append(Fault(line, reason))

    def end(self) -> Reading:
        """Sorted by line; a file without any place of the Loiret is a fault too."""
        if not self.places and not self.faults:
            self.refuse(1, "aucun lieu de soins du Loiret dans ce fichier.")
        self.faults.sort(key=lambda fault: fault.line)
        return self
