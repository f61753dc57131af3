"""Accessible PDFs (PDF/UA-1) from typst templates below templates/.

What people typed reaches the template as data, never as typst source: `#`, `$` or `[` in a name
stay what they are. Nothing is downloaded: the fonts come with a package, the templates import
each other only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst
from django.conf import settings

from apps.core.dates import NO_BREAK_HYPHEN, format_date, format_datetime
from apps.core.money import format_euros

TEMPLATES_ROOT = Path(settings.BASE_DIR) / "templates"
# One family, from the package only: the same bytes on every machine.
_FONTS = typst.Fonts(
    include_system_fonts=False,
    include_embedded_fonts=False,
    font_paths=[font_source_sans_pro.font_directory],
)
# The document's own dates are in its text; a creation time would make each rendering differ.
_TIMESTAMP = 0
# PDF/UA-1 refuses a sign that the font cannot draw. People type them all the same.
_UNDRAWN = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)
_UNKNOWN = "?"
_FOREIGN = (range(0x0530, 0x1E00), range(0x2C00, 0x110000))
_ROUNDS = 6


class PdfError(RuntimeError):
    """A template that does not exist, does not compile or breaks PDF/UA-1."""


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """PDF/UA-1 document made from `template`, a path below templates/ ending in .typ.

    The template reads `data` with `#import "/pdf/letter.typ": data`. Values are texts, numbers,
    booleans, None, lists and mappings; dates and datetimes are written in French as on the pages
    (« 14 février 2027 »), and a Decimal is euros (« 37 000 € »). The same data give the same bytes.
    A sign that the font lacks is printed « ? »: an emoji in a message stops no letter.

    Raises PdfError with the template's name and typst's diagnosis.
    """
    source = TEMPLATES_ROOT / template
    if source.suffix != ".typ" or not source.is_file():
        raise PdfError(f"There is no PDF template {template!r} below {TEMPLATES_ROOT.name}/.")
    # The font has no hyphen that never breaks; typst breaks none between two numbers.
    text = json.dumps(data, default=_as_french_text, ensure_ascii=False)
    text = text.replace(NO_BREAK_HYPHEN, "-")
    for rounds_left in reversed(range(_ROUNDS)):
        try:
            return _compile(source, text)
        except typst.TypstError as error:
            undrawn = _UNDRAWN.search(error.message)
            if undrawn is None or undrawn[1] not in text or not rounds_left:
                hints = "".join(f" (hint: {hint})" for hint in error.hints)
                raise PdfError(f"{template}: {error.message}{hints}") from error
            text = _without(text, undrawn[1])
    raise AssertionError("the last round returns or raises")


def _compile(source: Path, data: str) -> bytes:
    return typst.compile(
        source,
        root=TEMPLATES_ROOT,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards="ua-1",
        timestamp=_TIMESTAMP,
    )


def _without(text: str, undrawn: str) -> str:
    """`text` with « ? » for what the font lacks: those signs, and whole scripts at once."""
    return "".join(
        _UNKNOWN if char in undrawn or any(ord(char) in block for block in _FOREIGN) else char
        for char in text
    )


def _as_french_text(value: object) -> str:
    if isinstance(value, datetime):
        return format_datetime(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_euros(value)
    raise TypeError(f"{type(value).__name__} cannot be printed: pass a text.")
