"""What the layers above do after a move, in its transaction.

A file that is withdrawn leaves the agenda of its commission: awards registers that here with
`follows`, since this package does not know commissions. A programme uses `Programme.after`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from apps.casefiles.models import CaseFile, CaseFileEvent

Consequence = Callable[[CaseFile, CaseFileEvent], None]

_consequences: dict[str, list[Consequence]] = defaultdict(list)


def follows(*transitions: str) -> Callable[[Consequence], Consequence]:
    """Register a function called with the moved file and the event of the move."""

    def register(consequence: Consequence) -> Consequence:
        for name in transitions:
            _consequences[name].append(consequence)
        return consequence

    return register


def run_consequences(case_file: CaseFile, event: CaseFileEvent) -> None:
    """Run what was registered for the move that `event` tells, in the order of registration."""
    for consequence in _consequences[event.transition]:
        consequence(case_file, event)
