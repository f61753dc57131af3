"""Visit every page of pages.py: queries, weight, and cost under load."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.crowd import fill_the_jury
from tests.bench.load import Sample, measure
from tests.bench.others import Other
from tests.bench.pages import BARE, CROWDED, ONE_QUERY, PAGES, PageToMeasure, person_for
from tests.bench.weight import FirstView, first_view

ROUNDS = 5
SECONDS = 0.6  # a page and a round: the whole bench stays under five minutes
MOST_FIRST_VIEW_BYTES = 14 * 1024
MOST_FIRST_VIEW_REQUESTS = 3


@dataclass(frozen=True)
class Visit:
    """One page in this process, with the demo's person signed in where it needs one."""

    path: str
    cookie: str
    status: int  # 0 when the demo town has nobody to sign in
    queries: int


@dataclass(frozen=True)
class Result:
    page: PageToMeasure
    visit: Visit
    sample: Sample | None = None
    ratio: float | None = None
    view: FirstView | None = None

    @property
    def excesses(self) -> list[str]:
        """Budgets passed, in words."""
        if self.sample is None:
            return [f"answers {self.visit.status}"]
        page, found = self.page, []
        if page.least_ratio and self.ratio and self.ratio < page.least_ratio:
            found.append(f"slower than {page.least_ratio} × its floor")
        if page.most_queries is not None and self.visit.queries > page.most_queries:
            found.append(f"more than {page.most_queries} queries")
        if page.most_ms is not None and self.sample.cpu_ms > page.most_ms:
            found.append(f"more than {page.most_ms:.0f} ms")
        if self.view and self.view.compressed_bytes > MOST_FIRST_VIEW_BYTES:
            found.append("heavier than 14 KB")
        if self.view and self.view.requests > MOST_FIRST_VIEW_REQUESTS:
            found.append("more than 3 requests")
        return found


@dataclass(frozen=True)
class Beside:
    """Another program's page in the same run."""

    other: Other
    sample: Sample


def measure_all(
    port: int, *, servers: list[int], others: Sequence[Other] = ()
) -> tuple[list[Result], list[Beside]]:
    """Every page on the demo town, the others' in turn with them; then, on a crowded one, those
    whose budget is at size."""
    results, beside = measure_pages(port, PAGES, servers=servers, others=others)
    fill_the_jury()
    floors = [page for page in PAGES if page.path in {BARE, ONE_QUERY}]
    crowded, _ = measure_pages(port, [*floors, *CROWDED], servers=servers)
    return [*results, *crowded[len(floors) :]], beside


def measure_pages(
    port: int,
    pages: Sequence[PageToMeasure],
    *,
    servers: list[int],
    others: Sequence[Other] = (),
) -> tuple[list[Result], list[Beside]]:
    visits = {page.name: _visit(page) for page in pages}
    served = [page for page in pages if visits[page.name].status == 200]
    samples: dict[str, list[Sample]] = {page.name: [] for page in (*served, *others)}
    for round_number in range(ROUNDS + 1):
        for page in served:
            visit = visits[page.name]
            sample = measure(port, visit.path, visit.cookie, servers=servers, seconds=SECONDS)
            if round_number:  # the first round warms caches
                samples[page.name].append(sample)
        for other in others:
            found = measure(other.port, other.path, "", servers=[*other.servers], seconds=SECONDS)
            if round_number:
                samples[other.name].append(found)
    medians = {name: _median(of_page) for name, of_page in samples.items()}
    floors = {visits[page.name].path: medians[page.name].cpu_ms for page in served}
    results = [
        Result(
            page,
            visits[page.name],
            sample=medians.get(page.name),
            ratio=(
                floors[page.floor] / medians[page.name].cpu_ms if page.name in medians else None
            ),
            view=(
                first_view(f"http://127.0.0.1:{port}{visits[page.name].path}")
                if page.first_view and page.name in medians
                else None
            ),
        )
        for page in pages
    ]
    return results, [Beside(other, medians[other.name]) for other in others]


def _visit(page: PageToMeasure) -> Visit:
    client = Client(headers={"host": "127.0.0.1"})
    cookie = ""
    if page.login:
        try:
            client.force_login(person_for(page.login))
        except ObjectDoesNotExist:
            return Visit("", "", status=0, queries=0)
        name = settings.SESSION_COOKIE_NAME
        cookie = f"{name}={client.cookies[name].value}"
    path = page.path if isinstance(page.path, str) else page.path()
    client.get(path)  # what is read once a process is not counted
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    return Visit(path, cookie, response.status_code, len(captured))


def _median(samples: list[Sample]) -> Sample:
    return Sample(
        per_second=statistics.median(sample.per_second for sample in samples),
        cpu_ms=statistics.median(sample.cpu_ms for sample in samples),
    )
