"""What the systems nearest to ours take for the same pages, measured once beside each other.

Source: the measures made for this project in 2026, two cores, 20 000 items; processor time of a
request, web processes and PostgreSQL together, and queries where they were counted. Our own
column is today's run, on the demo town: what grows with the number of files is measured by
`make bench-scale`.
"""

from __future__ import annotations

from dataclasses import dataclass

LIST, SEARCH, ITEM = "staff list", "staff search", "an item"
APPLICANT, LANDING = "applicant's page", "public landing page"


@dataclass(frozen=True, kw_only=True)
class Published:
    """Milliseconds by system; the queries of those that were counted."""

    page: str
    hypha: float
    gsl: float | None
    pretalx: float
    healthchecks: float
    queries: tuple[int, int, int, int] | None = None


SYSTEMS = ("Hypha", "gsl", "pretalx", "healthchecks")
PUBLISHED = (
    Published(
        page=LIST,
        hypha=651,
        gsl=1357,
        pretalx=1862,
        healthchecks=67,
        queries=(140, 71, 20, 10),
    ),
    Published(page=SEARCH, hypha=652, gsl=2738, pretalx=798, healthchecks=54),
    Published(page=ITEM, hypha=427, gsl=92, pretalx=138, healthchecks=28),
    Published(page=APPLICANT, hypha=207, gsl=None, pretalx=55, healthchecks=22),
    Published(page=LANDING, hypha=71, gsl=10, pretalx=26, healthchecks=4),
)
