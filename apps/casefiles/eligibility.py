"""Three answers, never two: oui, à vérifier, non (product.md, « Law »). Pure: no ORM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Answer(StrEnum):
    YES = "yes"
    CHECK = "check"
    NO = "no"

    @property
    def label(self) -> str:
        return {"yes": "Éligible", "check": "À vérifier", "no": "Non éligible"}[self.value]


_SEVERITY = {Answer.YES: 0, Answer.CHECK: 1, Answer.NO: 2}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule says: its answer, why, its source, and what would change it (if not yes)."""

    rule: str
    answer: Answer
    explanation: str
    source: str
    what_would_change: str = ""


@dataclass(frozen=True)
class Condition:
    """One condition and its source, ready to answer."""

    name: str
    source: str

    def yes(self, explanation: str) -> Finding:
        return self._answers(Answer.YES, explanation)

    def check(self, explanation: str, *, would_change: str = "") -> Finding:
        return self._answers(Answer.CHECK, explanation, would_change)

    def no(self, explanation: str, *, would_change: str) -> Finding:
        return self._answers(Answer.NO, explanation, would_change)

    def _answers(self, answer: Answer, explanation: str, would_change: str = "") -> Finding:
        return Finding(
            rule=self.name,
            answer=answer,
            explanation=explanation,
            source=self.source,
            what_would_change=would_change,
        )


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    findings: tuple[Finding, ...]

    @property
    def answer(self) -> Answer:
        """The most severe answer; yes when no rule applies."""
        return max(
            (finding.answer for finding in self.findings),
            key=_SEVERITY.__getitem__,
            default=Answer.YES,
        )

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.answer is Answer.NO)

    def to_json(self) -> list[dict[str, str]]:
        return [asdict(finding) for finding in self.findings]

    @classmethod
    def from_json(cls, rows: Iterable[Mapping[str, Any]]) -> Eligibility:
        return cls(
            findings=tuple(Finding(**{**row, "answer": Answer(row["answer"])}) for row in rows)
        )
