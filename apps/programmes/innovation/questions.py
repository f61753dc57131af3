"""A call's own questions, as a version of them keeps them. Pure: no ORM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class QuestionFact:
    """One question; `name` is the key of its answer and the name of its field."""

    name: str
    label: str
    help_text: str
    kind: str
    options: tuple[str, ...]
    max_length: int | None
    is_required: bool

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "options": list(self.options)}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> QuestionFact:
        return cls(**{**row, "options": tuple(row["options"])})
