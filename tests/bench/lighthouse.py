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
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import demo
from tools.chromium import find_chromium
from tools.newcomer import free_port
from tools.postgres import EmbeddedPostgres

REPORT = demo.ROOT / "docs" / "lighthouse.md"
KEPT = demo.ROOT / ".bench" / "lighthouse"
LIGHTHOUSE = "lighthouse@12.8.2"
LEAST = 98
VISITS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = (
    *("/", "/medecin-du-jour/45234-orleans/", "/communes/45234-orleans/", "/aides/"),
    *("/aides/installation/", "/aides/installation/simulateur/", "/lieux-de-soins/", "/logements/"),
)
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


@dataclass(frozen=True, kw_only=True)
class Marks:
    """Out of 100, in the order of CATEGORIES; what lowered them, by Lighthouse's names."""

    page: str
    marks: tuple[int, ...]
    failed: tuple[str, ...]


def main() -> int:
    node, chromium = shutil.which("npm"), find_chromium()
    if node is None or chromium is None:
        missing = "node and npm" if node is None else "Chromium"
        print(f"Lighthouse: {missing} not installed here; nothing is measured.")  # noqa: T201
        return 1
    program = _lighthouse(node)
    port = free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="lighthouse-")))
        folder.chmod(0o711)  # root's PostgreSQL runs as another account, which must pass
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
    return int(any(min(page.marks) < LEAST for page in found))


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
    """The median of three visits: what else the machine does moves a mark by some points."""
    visits = sorted(
        (_visit(program, chromium, port, page) for _ in range(VISITS)), key=lambda one: one.marks
    )
    return visits[VISITS // 2]


def _visit(program: Path, chromium: Path, port: int, page: str) -> Marks:
    ran = subprocess.run(  # noqa: S603 - ours
        [
            *(str(program), f"http://127.0.0.1:{port}{page}", "--quiet", "--output=json"),
            *("--output-path=stdout", f"--only-categories={','.join(CATEGORIES)}"),
            f"--chrome-flags={_FLAGS}",
        ],
        env={**os.environ, "CHROME_PATH": str(chromium)},
        check=True,
        capture_output=True,
        text=True,
    )
    result = json.loads(ran.stdout)
    found = [result["categories"][name] for name in CATEGORIES]
    audits = result["audits"]
    failed = {
        item["id"]
        for category in found
        for item in category["auditRefs"]
        if item["weight"]
        and (audits[item["id"]]["score"] or 0) < 0.9
        and audits[item["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
    }
    marks = tuple(round((category["score"] or 0) * 100) for category in found)
    return Marks(page=page, marks=marks, failed=tuple(sorted(failed)))


def _report(found: list[Marks]) -> str:
    headings = ("Page", *(name.capitalize() for name in CATEGORIES), "What lowers it", "Budget")
    rows = [
        (
            *(page.page, *map(str, page.marks), ", ".join(page.failed)),
            "kept" if min(page.marks) >= LEAST else f"under {LEAST}",
        )
        for page in found
    ]
    lines = [headings, tuple("---" for _ in headings), *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"""# Lighthouse

Written by `make lighthouse`, never by hand: run it on your own machine.

{table}

{LIGHTHOUSE.replace("@", " ")}, mobile profile (a slow telephone on a slow network, simulated); the
demo town behind what a front server does in production; the median of {VISITS} visits.
"""


if __name__ == "__main__":
    sys.exit(main())
