"""Files that mean harm, made on the spot. Each must be refused, in French, and leave nothing."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.support import uploads
from tests.support.uploads import image_bytes, pdf_bytes

_HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class HostileFile:
    """What it is, the name it is sent under, its bytes, and the code of its refusal."""

    title: str
    name: str
    content: bytes
    code: str


def hostile_files() -> Iterator[HostileFile]:
    """The whole corpus, one file at a time: some are large."""
    yield from _disguises()
    yield from _polyglots()
    yield from _archives()
    yield from _active_pdfs()
    yield from _exhausting_pdfs()
    yield from _exhausting_images()


def _disguises() -> Iterator[HostileFile]:
    yield HostileFile("empty file", "bail.pdf", b"", "empty")
    yield HostileFile("web page named .pdf", "bail.pdf", _HTML, "type")
    yield HostileFile("web page named .jpg", "photo.jpg", _HTML, "type")
    yield HostileFile("SVG named .png", "photo.png", _SVG, "type")
    yield HostileFile("SVG named .svg", "photo.svg", _SVG, "name")
    yield HostileFile("compressed SVG named .png", "photo.png", gzip.compress(_SVG), "type")
    yield HostileFile("program named .pdf", "bail.pdf", b"MZ\x90\0" * 99, "type")
    yield HostileFile("script named .pdf", "bail.pdf", b"#!/bin/sh\nrm -rf /\n", "type")
    yield HostileFile("PDF named .exe", "releve.pdf.exe", pdf_bytes(), "name")
    yield HostileFile("PDF named .html.pdf", "page.html.pdf", pdf_bytes(), "name")
    yield HostileFile("program behind a turned name", "photo\u202egpj.exe", pdf_bytes(), "name")
    yield HostileFile("eleven megabytes", "a.pdf", b"%PDF-1.7\n" + bytes(11 * _MEBIBYTE), "too_big")


def _polyglots() -> Iterator[HostileFile]:
    pdf, png, jpeg = pdf_bytes(), image_bytes("PNG"), image_bytes("JPEG")
    in_comment = pdf.replace(b"\n", b"\n%" + _HTML + b"\n", 1)
    yield HostileFile("web page before a PDF", "bail.pdf", _HTML + pdf, "type")
    yield HostileFile("web page in a PDF's first lines", "bail.pdf", in_comment, "mixed")
    yield HostileFile("web page after a PDF", "bail.pdf", pdf + _HTML, "mixed")
    yield HostileFile("archive after a PDF", "bail.pdf", pdf + _zip(b"virus.exe", b"MZ"), "mixed")
    script = _png_chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    yield HostileFile("script in a PNG's text", "a.png", png[:33] + script + png[33:], "mixed")
    far = _png_chunk(b"tEXt", b"Comment\0" + b" " * 2000) + script
    yield HostileFile("script far into a PNG", "a.png", png[:33] + far + png[33:], "mixed")
    yield HostileFile("JavaScript after a PNG", "a.png", png + b"\n=1;alert(1)//", "mixed")
    yield HostileFile("archive after a PNG", "a.png", png + _zip(b"a.js", b"alert(1)"), "mixed")
    # In Latin-1 it reads « ÿØÿà/*…*/=alert(1) »: the first segment's length opens a comment.
    opening = b"\xff\xd8\xff\xe0/*JFIF\0" + b"\0" * (0x2F2A - 7) + b"\xff\xfe\0\x1c"
    both = opening + b"*/=alert(1);/*".ljust(26) + jpeg[2:-2] + b"*///\xff\xd9"
    yield HostileFile("JPEG that is JavaScript too", "photo.jpg", both, "mixed")
    yield HostileFile("web page after a JPEG", "photo.jpg", jpeg + _HTML, "mixed")
    yield HostileFile("archive after a JPEG", "photo.jpg", jpeg + _zip(b"a", b"a"), "mixed")
    with_pdf = jpeg[:2] + b"\xff\xfe\x00\x0c%PDF-1.7\n " + jpeg[2:]
    yield HostileFile("JPEG that is a PDF too", "photo.jpg", with_pdf, "mixed")


def _archives() -> Iterator[HostileFile]:
    bomb = _zip(b"word/document.xml", bytes(64 * _MEBIBYTE))
    yield HostileFile("bomb named .docx", "cv.docx", bomb, "type")
    yield HostileFile("bomb named .xlsx", "budget.xlsx", bomb, "type")
    yield HostileFile("bomb named .pdf", "cv.pdf", bomb, "type")
    nested = _zip(b"a.zip", _zip(b"b.zip", bomb))
    yield HostileFile("bomb within bombs", "cv.zip", nested, "type")
    yield HostileFile("gzip bomb", "cv.pdf", gzip.compress(bytes(64 * _MEBIBYTE)), "type")


def _active_pdfs() -> Iterator[HostileFile]:
    changes: tuple[tuple[str, Callable[[pikepdf.Pdf], None], str], ...] = (
        ("script run at opening", uploads.with_script, "script"),
        ("named script", uploads.with_named_script, "script"),
        ("script of a page", uploads.with_page_script, "script"),
        ("program launched", uploads.with_launch, "action"),
        ("form sent away", uploads.with_submission, "action"),
        ("file embedded", uploads.with_embedded_file, "embedded"),
        ("XFA form", uploads.with_xfa, "form"),
    )
    for title, change, code in changes:
        for packed in (False, True):
            mode = pikepdf.ObjectStreamMode
            content = pdf_bytes(
                change=change, object_stream_mode=mode.generate if packed else mode.disable
            )
            where = " in a packed PDF" if packed else " in a PDF"
            yield HostileFile(title + where, "bail.pdf", content, code)
    locked = pdf_bytes(encryption=pikepdf.Encryption(owner="a", user="b"))
    yield HostileFile("locked PDF", "bail.pdf", locked, "encrypted")


def _exhausting_pdfs() -> Iterator[HostileFile]:
    pdf = pdf_bytes()
    start = pdf.rindex(b"startxref")
    table = int(pdf[start:].split()[1])
    loop = pdf.replace(b"/Size", b"/Prev %d /Size" % table)
    yield HostileFile("table that leads to itself", "a.pdf", loop, "damaged")
    nowhere = pdf[:start] + b"startxref\n%d\n%%%%EOF\n" % start
    yield HostileFile("table that is not there", "a.pdf", nowhere, "damaged")
    pages = pdf_bytes(change=_pages_that_hold_themselves)
    yield HostileFile("pages that hold themselves", "a.pdf", pages, "damaged")
    crowd = pdf_bytes(change=lambda pdf: _add_objects(pdf, 100_000))
    yield HostileFile("100 000 objects", "a.pdf", crowd, "too_complex")
    yield HostileFile("100 000 arrays one in another", "a.pdf", deep_pdf(100_000), "damaged")
    yield HostileFile("index of 256 MB in a PDF", "a.pdf", object_stream_bomb(256), "damaged")
    yield HostileFile("half a PDF", "bail.pdf", pdf[: len(pdf) // 2], "truncated")


def _exhausting_images() -> Iterator[HostileFile]:
    jpeg, png = image_bytes("JPEG"), image_bytes("PNG")
    sizes = ((8192, 8192), (65535, 65535), (2**31 - 1, 2**31 - 1))
    for width, height in sizes:
        claim = png_that_claims(width, height)
        yield HostileFile(f"PNG of {width} × {height}", "photo.png", claim, "too_many_pixels")
    huge = jpeg.replace(b"\0\x30\0\x40", b"\xff\xff\xff\xff", 1)
    yield HostileFile("JPEG of 65535 × 65535", "photo.jpg", huge, "too_many_pixels")
    text = _png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(64 * _MEBIBYTE), 9))
    yield HostileFile("text of 64 MB in a PNG", "a.png", png[:33] + text + png[33:], "truncated")
    yield HostileFile("JPEG drawn 2 000 times", "a.jpg", jpeg_of_many_scans(2000), "too_many_scans")
    yield HostileFile("half a JPEG", "photo.jpg", jpeg[: len(jpeg) // 2], "truncated")
    heic = image_bytes("HEIC", size=(64, 64))
    vast = heic.replace(b"\0\0\0\x40" * 2, b"\0\0\xff\xff" * 2)
    yield HostileFile("HEIC of 65535 × 65535", "photo.heic", vast, "too_many_pixels")
    yield HostileFile("half a HEIC", "photo.heic", heic[: len(heic) // 2], "truncated")


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG whose header announces another size, with the right checksum."""
    png = image_bytes("PNG")
    header = b"IHDR" + struct.pack(">II", width, height) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def object_stream_bomb(mebibytes: int) -> bytes:
    """A PDF whose catalogue lies in an object stream that inflates to that size."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"1 0 << /Type /Catalog /Pages 3 0 R >> ")
    packed += b"".join(packer.compress(b" " * _MEBIBYTE) for _ in range(mebibytes))
    packed += packer.flush()
    parts = [
        b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (len(packed), packed),
        b"3 0 obj\n<< /Type /Pages /Kids [4 0 R] /Count 1 >>\nendobj\n",
        b"4 0 obj\n<< /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] >>\nendobj\n",
    ]
    content, offsets = b"%PDF-1.5\n", []
    for part in parts:
        offsets.append(len(content))
        content += part
    # Object 1 is the first of stream 2 (kind 2); the others lie at their offsets (kind 1).
    rows = [(0, 0, 0), (2, 2, 0), *((1, offset, 0) for offset in (*offsets, len(content)))]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    return content + (
        b"5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (len(table), table, len(content))
    )


def _zip(name: bytes, content: bytes) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(name.decode(), content)
    return output.getvalue()


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def _pages_that_hold_themselves(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids = Array([pdf.Root.Pages])


def _add_objects(pdf: pikepdf.Pdf, count: int) -> None:
    pdf.Root.Crowd = Array([pdf.make_indirect(Dictionary(N=number)) for number in range(count)])


def deep_pdf(depth: int) -> bytes:
    """A PDF with arrays one in another, that deep; written by hand: no library would write it."""
    marker = b"/Marker 0"
    plain = pdf_bytes(change=lambda pdf: pdf.Root.__setitem__(Name.Marker, 0))
    start = plain.rindex(b"startxref")
    table = int(plain[start:].split()[1])
    deep = b"/Marker " + b"[" * depth + b"]" * depth
    content = plain[:table].replace(marker, deep, 1)
    grown = len(deep) - len(marker)
    return _with_moved_offsets(plain[table:start], content, plain.index(marker), grown)


def _with_moved_offsets(table: bytes, body: bytes, after: int, grown: int) -> bytes:
    lines = []
    for line in table.splitlines(keepends=True):
        words = line.split()
        moved = words[2:] == [b"n"] and int(words[0]) > after
        lines.append(b"%010d%s" % (int(words[0]) + grown, line[10:]) if moved else line)
    return body + b"".join(lines) + b"startxref\n%d\n%%%%EOF\n" % len(body)


def jpeg_of_many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each is read over all pixels."""
    jpeg = image_bytes("JPEG", size=(4000, 4000), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * count + jpeg[-2:]
