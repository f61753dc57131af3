"""An uploaded photograph: its size is read from its header, its pixels are never decoded."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

import pillow_heif
from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from apps.files.enums import ContentType
from apps.files.limits import MAX_PIXELS

_END_OF_JPEG = b"\xff\xd9"
_BLOCK = 64 * 1024
# What Pillow's readers raise on a file that is not what its first bytes say.
_UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error),
    *(RuntimeError, IndexError, KeyError, TypeError, MemoryError),
)


def check_image(stream: BinaryIO, content_type: ContentType) -> None:
    """Raises ValidationError (too_many_pixels, truncated) unless `stream` is a sound image."""
    try:
        width, height = _dimensions(stream, content_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        raise _truncated() from error
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    try:
        whole = _is_whole(stream, content_type)
    except _UNREADABLE as error:
        raise _truncated() from error
    if not whole:
        raise _truncated()


def _dimensions(stream: BinaryIO, content_type: ContentType) -> tuple[int, int]:
    stream.seek(0)
    if content_type == ContentType.HEIC:
        return pillow_heif.open_heif(stream).size
    with Image.open(stream, formats=[content_type.label]) as image:
        return image.size


def _is_whole(stream: BinaryIO, content_type: ContentType) -> bool:
    stream.seek(0)
    if content_type == ContentType.HEIC:
        return _boxes_fill_the_file(stream)
    with Image.open(stream, formats=[content_type.label]) as image:
        if content_type == ContentType.JPEG:
            # Pillow stops where the pixels begin; the thumbnail's own end mark lies before.
            return _found_from_here(stream, _END_OF_JPEG)
        image.verify()  # every chunk of a PNG carries a checksum
    return True


def _found_from_here(stream: BinaryIO, mark: bytes) -> bool:
    tail = b""
    while block := stream.read(_BLOCK):
        if mark in tail + block:
            return True
        tail = block[-(len(mark) - 1) :]
    return False


def _boxes_fill_the_file(stream: BinaryIO) -> bool:
    """HEIC is a row of boxes, each with its length: the last must end where the file does."""
    size = stream.seek(0, os.SEEK_END)
    position = 0
    while position < size:
        stream.seek(position)
        header = stream.read(16)
        length = int.from_bytes(header[:4])
        if length == 0:  # « to the end of the file »
            return True
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:
            return False
        position += length
    return position == size


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        "Cette image dépasse 50 millions de pixels. Réduisez-la, ou prenez une nouvelle photo "
        "avec une définition plus faible.",
        code="too_many_pixels",
    )


def _truncated() -> ValidationError:
    return ValidationError(
        "Cette image est abîmée ou incomplète. Prenez une nouvelle photo, ou enregistrez "
        "l’image de nouveau, puis envoyez-la.",
        code="truncated",
    )
