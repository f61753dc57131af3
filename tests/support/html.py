"""Faults that a strict Content-Security-Policy would turn into a broken page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Data, never run (schema.org, json_script, core/fetch_ahead).
_DATA_TYPES = {"application/json", "application/ld+json", "speculationrules"}
_TEMPLATE_SYNTAX = re.compile(r"{{.{0,60}|{%.{0,60}")


def html_faults(html: str) -> list[str]:
    """Inline scripts, styles and handlers, and template syntax left in the output."""
    parser = _FaultParser(convert_charrefs=True)
    parser.feed(html)
    parser.close()
    left = [f"template syntax in the output: {found}" for found in _TEMPLATE_SYNTAX.findall(html)]
    return parser.faults + left


class _FaultParser(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        where = f"line {self.getpos()[0]}: {self.get_starttag_text()}"
        if tag == "style":
            self.faults.append(f"inline style sheet, {where}")
        if tag == "script" and not values.get("src") and values.get("type") not in _DATA_TYPES:
            self.faults.append(f"inline script, {where}")
        if "style" in values:
            self.faults.append(f"style attribute, {where}")
        self.faults += [f"inline handler, {where}" for name in values if name.startswith("on")]
        if (values.get("href") or "").startswith("javascript:"):
            self.faults.append(f"script in a link, {where}")
