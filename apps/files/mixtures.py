"""Files that are two things at once: a picture to one program, a page or an archive to another."""

from __future__ import annotations

from typing import BinaryIO

from django.core.exceptions import ValidationError

WEB_MARKERS = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php")
PDF_MARKER = b"%pdf-"
# Long enough never to come about by chance in the megabytes of a photograph.
_MARKERS_ANYWHERE = (b"<script", b"<!doctype")
_MARKERS_BEHIND = (*WEB_MARKERS, PDF_MARKER)
_END_OF_ZIP = b"pk\x05\x06"
_LONGEST_MARKER = 9
_BLOCK = 64 * 1024
# A first segment of this length opens a comment for a JavaScript engine: « ÿØÿà/* … */ ».
_SEGMENT_THAT_OPENS_A_COMMENT = b"/*"
_COMMENT_END = b"*/"


def mixed_formats() -> ValidationError:
    return ValidationError(
        "Ce fichier mélange deux formats. Imprimez-le en PDF ou prenez-le en photo, "
        "puis envoyez le nouveau fichier.",
        code="mixed",
    )


def has_web_page(stream: BinaryIO) -> bool:
    """Whether markup that runs lies anywhere in a picture: in its comments, say."""
    return _holds(stream, _MARKERS_ANYWHERE, start=0)


def has_something_behind(stream: BinaryIO, end: int) -> bool:
    """Whether a page, a PDF or an archive follows the picture, which ends at `end`.

    Telephones put other things there: a short film, a depth map.
    """
    return _holds(stream, (*_MARKERS_BEHIND, _END_OF_ZIP), start=end)


def is_script(stream: BinaryIO) -> bool:
    """Whether the JPEG in `stream` is a JavaScript program too."""
    stream.seek(4)
    if stream.read(2) != _SEGMENT_THAT_OPENS_A_COMMENT:
        return False
    return _holds(stream, (_COMMENT_END,), start=6)


def _holds(stream: BinaryIO, markers: tuple[bytes, ...], *, start: int) -> bool:
    stream.seek(start)
    tail = b""
    while block := stream.read(_BLOCK):
        window = tail + block.lower()
        if any(marker in window for marker in markers):
            return True
        tail = window[-_LONGEST_MARKER:]
    return False
