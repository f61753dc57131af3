"""Lighthouse's four marks for the eight main pages, on its mobile profile: `make lighthouse`.

Serves the demo town with what a front server does in production: hashed static files compressed
beforehand, pages compressed on the way. Lighthouse comes from npm into `.bench/`; the browser is
the one of the tests. Writes docs/lighthouse.md, and fails under 98 out of 100. Where node or the
browser is missing, says so and measures nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import demo
from tools.chromium import find_chromium
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres, temporary_folder

REPORT = demo.ROOT / "docs" / "lighthouse.md"
KEPT = demo.ROOT / ".bench" / "lighthouse"
LIGHTHOUSE = "lighthouse@12.8.2"
LEAST = 98
VISITS = 3
# Chromium sometimes loses the trace of a visit, and Lighthouse then marks nothing.
MOST_LOST = 2
_VISIT_SECONDS = 60
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = (
    *("/", "/medecin-du-jour/45234-orleans/", "/communes/45234-orleans/", "/aides/"),
    *("/aides/installation/", "/aides/installation/simulateur/", "/lieux-de-soins/", "/logements/"),
)
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Out of 100, in the order of CATEGORIES; what lowered them, by Lighthouse's names."""

    marks: tuple[int, ...]
    failed: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Marks:
    """A page's visits; `lost`: why Lighthouse marked nothing, once a visit that it lost."""

    page: str
    visits: tuple[Visit, ...]
    lost: tuple[str, ...]

    @property
    def medians(self) -> tuple[int, ...]:
        """Of each category, over its visits: what else the machine does moves a mark."""
        return tuple(
            int(statistics.median_low(marks))
            for marks in zip(*(visit.marks for visit in self.visits), strict=True)
        )

    @property
    def failed(self) -> list[str]:
        """What lowered a mark at more than half of the visits."""
        names = {name for visit in self.visits for name in visit.failed}
        return sorted(
            name
            for name in names
            if 2 * sum(name in visit.failed for visit in self.visits) > len(self.visits)
        )

    @property
    def verdict(self) -> str:
        if len(self.visits) < VISITS:
            return "not measured"
        return "kept" if min(self.medians) >= LEAST else f"under {LEAST}"


def main() -> int:
    node, chromium = shutil.which("npm"), find_chromium(whole=True)
    if node is None or chromium is None:
        missing = "node and npm" if node is None else "Chromium"
        print(f"Lighthouse: {missing} not installed here; nothing is measured.")  # noqa: T201
        return 1
    program = _lighthouse(node)
    port = free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("lighthouse-"))
        database = EmbeddedPostgres(folder / "postgres")
        stack.callback(database.stop)
        variables = demo.environment(port, database.start(), folder, dev=False)
        town = demo.Town(folder, variables, stack)
        town.prepare()
        variables["DJANGO_SETTINGS_MODULE"] = "tests.bench.front_settings"
        variables["STATIC_ROOT"] = str(folder / "static")
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, cwd=demo.ROOT, env=variables, check=True)  # noqa: S603 - ours
        town.start("web", demo.web_command(port, dev=False))
        town.wait_for_first_page(port)
        found = [_marks(program, chromium, port, page) for page in PAGES]
    text = _report(found)
    print(text)  # noqa: T201 - a command's output
    REPORT.write_text(text, encoding="utf-8")
    return int(any(page.verdict != "kept" for page in found))


def _lighthouse(npm: str) -> Path:
    """The program, installed once."""
    done = KEPT / "made-with.txt"
    if not done.exists() or done.read_text() != LIGHTHOUSE:
        KEPT.mkdir(parents=True, exist_ok=True)
        subprocess.run(  # noqa: S603 - ours
            [npm, "install", "--prefix", str(KEPT), "--no-fund", "--no-audit", LIGHTHOUSE],
            check=True,
            capture_output=True,
        )
        done.write_text(LIGHTHOUSE)
    return KEPT / "node_modules" / ".bin" / "lighthouse"


def _marks(program: Path, chromium: Path, port: int, page: str) -> Marks:
    address = f"http://127.0.0.1:{port}{page}"
    for _ in range(4):  # as a server that has already answered somebody, in each of its processes
        with urllib.request.urlopen(address, timeout=30) as response:
            response.read()
    visits: list[Visit] = []
    lost: list[str] = []
    while len(visits) < VISITS and len(lost) <= MOST_LOST:
        visit = _visit(program, chromium, address)
        if isinstance(visit, Visit):
            visits.append(visit)
        else:
            lost.append(visit)
    return Marks(page=page, visits=tuple(visits), lost=tuple(lost))


def _visit(program: Path, chromium: Path, address: str) -> Visit | str:
    """The marks, or why there are none."""
    command = [
        *(str(program), address, "--quiet", "--output=json", "--output-path=stdout"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={_FLAGS}"),
    ]
    try:
        ran = subprocess.run(  # noqa: S603 - ours
            command,
            env={**os.environ, "CHROME_PATH": str(chromium)},
            check=True,
            capture_output=True,
            text=True,
            timeout=_VISIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {_VISIT_SECONDS} s"
    except subprocess.CalledProcessError as error:
        return str((error.stderr.strip().splitlines() or ["no reason given"])[-1])
    result = json.loads(ran.stdout)
    if "runtimeError" in result:
        return str(result["runtimeError"]["code"])
    found = [result["categories"][name] for name in CATEGORIES]
    if None in (category["score"] for category in found):
        return "a category without a mark"
    return Visit(
        marks=tuple(round(category["score"] * 100) for category in found),
        failed=frozenset(_failed(found, result["audits"])),
    )


def _failed(categories: list[dict[str, Any]], audits: dict[str, Any]) -> Iterator[str]:
    for category in categories:
        for item in category["auditRefs"]:
            audit = audits[item["id"]]
            counts = audit["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
            if item["weight"] and counts and (audit["score"] or 0) < 0.9:
                yield item["id"]


def _report(found: list[Marks]) -> str:
    headings = ("Page", *(name.capitalize() for name in CATEGORIES), "What lowers it", "Budget")
    rows = [
        (
            page.page,
            *(map(str, page.medians) if page.visits else [""] * len(CATEGORIES)),
            ", ".join(page.failed),
            page.verdict + "".join(f"; a visit lost: {reason}" for reason in page.lost),
        )
        for page in found
    ]
    lines = [headings, tuple("---" for _ in headings), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"""# Lighthouse

Written by `make lighthouse`, never by hand: run it on your own machine.

{table}

{LIGHTHOUSE.replace("@", " ")}, mobile profile (a slow telephone on a slow network, simulated); the
demo town behind what a front server does in production; of each mark the median of {VISITS} visits.
"""


if __name__ == "__main__":
    sys.exit(main())
