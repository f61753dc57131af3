"""Wapiti over the demo town, from outside: as nobody, as an applicant and as an agent."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.visitor import Visitor
from tools.side_environments import programs, why_not_installed

_ROLES = {"signed out": "", "as applicant": "demandeur1", "as agent": "agente"}
_MODULES = (
    *("http_headers", "csp", "cookieflags", "csrf", "methods"),
    *("xss", "permanentxss", "sql", "exec", "file", "crlf", "redirect"),
)
# Seconds: to walk over the pages, for each module, and for a whole role whatever happens.
_CRAWL, _MODULE, _ROLE = 25, 6, 115
_NO_WAY_OUT = ("/compte/deconnexion/", "/admin/logout/")
# A thousand pages of communes are one page: those around Orléans (4523…) stand for them.
_ALIKE = tuple(
    f"{folder}{prefix}*"
    for folder in ("/communes/", "/medecin-du-jour/")
    for prefix in ("450", "451", "453", *(f"452{digit}" for digit in range(10) if digit != 3))
)
# Category and a part of what is said: why it is no fault of the portal.
EXPLAINED: Mapping[tuple[str, str], str] = {
    ("Secure Flag cookie", ""): "loopback has no HTTPS; production sets it (make deploy-check)",
    ("HTTP Strict Transport Security (HSTS)", ""): "loopback has no HTTPS; production says it",
    ("HTTP Secure Headers", "Strict-Transport-Security"): "the same",
}


def run(server: Server) -> list[Outcome]:
    if reason := why_not_installed("wapiti"):
        tally = Tally("Wapiti")
        tally.record("installed", reason)
        return [tally.outcome()]
    return [_scan(server, role, login) for role, login in _ROLES.items()]


def _scan(server: Server, role: str, login: str) -> Outcome:
    tally = Tally(f"Wapiti, {role}")
    folder = server.folder / f"wapiti {login}".strip().replace(" ", "-")
    report = folder / "report.json"
    visitor = Visitor(server, login)
    is_over = _wapiti(server.base_url, visitor.cookie_line, folder, report)
    if not report.is_file():
        tally.record("scan", is_over or "left no report")
        return tally.outcome()
    told = json.loads(report.read_text(encoding="utf-8"))
    found = findings(told)
    for module in _MODULES:
        tally.record(module)
    for name, count in sorted(found.items()):
        tally.record(f"{count} × {name}", "a finding")
    explained = explanations(told)
    pages = told["infos"].get("crawled_pages_nbr", 0)
    tally.record("scan", "" if pages else "no page was seen")
    tally.note = "; ".join([f"{pages} pages", *explained])
    return tally.outcome()


def _wapiti(base_url: str, cookies: str, folder: Path, report: Path) -> str:
    """Why it did not end by itself, or nothing."""
    folder.mkdir(parents=True)
    command = [
        *(str(programs("wapiti") / "wapiti"), "-u", f"{base_url}/", "--scope", "domain"),
        *("-m", ",".join(_MODULES), "-C", cookies, "--depth", "4", "--tasks", "4"),
        *("--max-scan-time", str(_CRAWL), "--max-attack-time", str(_MODULE)),
        *("--max-links-per-page", "40", "--max-files-per-dir", "6", "--max-parameters", "12"),
        *("--store-session", str(folder), "--store-config", str(folder), "--no-bugreport"),
        *("--flush-session", "-v", "0", "-f", "json", "-o", str(report)),
    ]
    for path in (*_NO_WAY_OUT, *_ALIKE):
        command += ["-x", f"{base_url}{path}"]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, check=False, timeout=_ROLE, cwd=folder
        )
    except subprocess.TimeoutExpired:
        return f"did not end in {_ROLE} s"
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def _all(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Category, sentence and path of all that stands above « info »."""
    return [
        (category, one.get("info", ""), one.get("path", ""))
        for part in ("vulnerabilities", "anomalies")
        for category, listed in told.get(part, {}).items()
        for one in listed
        if one.get("level", 1) > 0
    ]


def _why(category: str, info: str) -> str:
    return next(
        (why for (about, words), why in EXPLAINED.items() if about == category and words in info),
        "",
    )


def findings(told: Mapping[str, Any]) -> Counter[str]:
    """What a report tells and nothing explains: how often each."""
    return Counter(
        f"{category}: {info} ({path})"
        for category, info, path in _all(told)
        if not _why(category, info)
    )


def explanations(told: Mapping[str, Any]) -> list[str]:
    """« Secure Flag cookie: … », each once."""
    explained = {
        f"{category}: {why}" for category, info, _ in _all(told) if (why := _why(category, info))
    }
    return sorted(explained)
