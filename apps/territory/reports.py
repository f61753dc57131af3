"""What the layers above say once the territory was loaded: a new zoning file may concern them.

They know case files and commitments, this package does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Report = Callable[[], Iterable[str]]

_reports: list[Report] = []


def reports_after_loading(report: Report) -> Report:
    """Decorator: lines that `load_territory` adds at its end. Registered in AppConfig.ready()."""
    _reports.append(report)
    return report


def reports() -> Iterator[str]:
    """In the order of registration."""
    for report in _reports:
        yield from report()
