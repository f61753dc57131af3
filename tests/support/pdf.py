"""Read back what our PDFs say and how they are tagged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from apps.files.models import StoredFile

_ZERO_WIDTH_SPACE = "\u200b"
_HEX_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def pdf_text(content: bytes) -> str:
    """The document's text, line by line; zero-width break opportunities are dropped."""
    with pikepdf.open(BytesIO(content)) as pdf:
        lines = [line for page in pdf.pages for line in _page_lines(page)]
    return "\n".join(lines).replace(_ZERO_WIDTH_SPACE, "")


def stored_pdf_text(stored: StoredFile) -> str:
    """The text of a PDF that the portal keeps."""
    with stored.file.open("rb") as content:
        return pdf_text(content.read())


def pdf_tags(content: bytes) -> list[str]:
    """Structure tags in reading order: ["/Document", "/H1", "/P", …]."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return list(_tags(pdf.Root.StructTreeRoot))


def _page_lines(page: pikepdf.Page) -> Iterator[str]:
    maps = {name: _unicode_map(font) for name, font in page.resources.Font.items()}
    current: dict[int, str] = {}
    line = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                current = maps[str(operands[0])]
            case "Td" | "Tm" | "ET" if line:
                yield line
                line = ""
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = b"".join(bytes(p) for p in parts if isinstance(p, pikepdf.String))
                line += "".join(
                    current.get(int.from_bytes(codes[i : i + 2]), "")
                    for i in range(0, len(codes), 2)
                )


def _unicode_map(font: pikepdf.Object) -> dict[int, str]:
    """Glyph number → text, from the font's ToUnicode table (typst writes bfchar pairs only)."""
    pairs = _HEX_PAIR.findall(
        b"".join(re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL))
    )
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _tags(node: pikepdf.Object) -> Iterator[str]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _tags(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        if "/K" in node:
            yield from _tags(node.K)
