"""An uploaded photograph: its size is read from its header, its pixels are never decoded.

It ends where its format says, and holds nothing else that a program could read.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

import pillow_heif
from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from apps.files.enums import ContentType
from apps.files.limits import MAX_PIXELS
from apps.files.mixtures import has_something_behind, has_web_page, is_script, mixed_formats

_END_OF_JPEG = b"\xff\xd9"
_SCAN_OF_JPEG = b"\xff\xda"
# Each is drawn over all pixels: cameras write one, encoders for the web about ten.
_MAX_SCANS = 100
_END_OF_PNG_CHECKSUM = 4
_BLOCK = 64 * 1024
# What Pillow's readers raise on a file that is not what its first bytes say.
_UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error),
    *(RuntimeError, IndexError, KeyError, TypeError, MemoryError),
)


def check_image(stream: BinaryIO, content_type: ContentType) -> None:
    """Raises ValidationError (too_many_pixels, too_many_scans, truncated, mixed) unless `stream`
    is a sound image and nothing else."""
    try:
        width, height = _dimensions(stream, content_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        raise _truncated() from error
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()
    try:
        is_mixed = _check_whole(stream, content_type)
    except _UNREADABLE as error:
        raise _truncated() from error
    if is_mixed or has_web_page(stream):
        raise mixed_formats()


def _dimensions(stream: BinaryIO, content_type: ContentType) -> tuple[int, int]:
    stream.seek(0)
    if content_type == ContentType.HEIC:
        return pillow_heif.open_heif(stream).size
    with Image.open(stream, formats=[content_type.label]) as image:
        return image.size


def _check_whole(stream: BinaryIO, content_type: ContentType) -> bool:
    """Whether something else lies behind the picture, or it is something else too.

    Raises ValidationError (truncated, too_many_scans).
    """
    stream.seek(0)
    if content_type == ContentType.HEIC:
        if not _boxes_fill_the_file(stream):
            raise _truncated()
        return False
    with Image.open(stream, formats=[content_type.label]) as image:
        if content_type == ContentType.JPEG:
            # Pillow stops where the pixels begin; the thumbnail's own end mark lies before.
            return has_something_behind(stream, _end_of_jpeg(stream)) or is_script(stream)
        image.verify()  # every chunk of a PNG carries a checksum
    stream.seek(_END_OF_PNG_CHECKSUM, os.SEEK_CUR)
    return bool(stream.read(_BLOCK).strip(b"\0\t\n\f\r "))


def _end_of_jpeg(stream: BinaryIO) -> int:
    """Where the picture ends, from its first scan on. Raises ValidationError."""
    tail, scans = b"", 0
    while block := stream.read(_BLOCK):
        window = tail + block
        end = window.find(_END_OF_JPEG)
        scans += window.count(_SCAN_OF_JPEG, 0, end if end >= 0 else len(window))
        if scans > _MAX_SCANS:
            raise _too_many_scans()
        if end >= 0:
            return stream.tell() - len(window) + end + len(_END_OF_JPEG)
        tail = window[-1:]
    raise _truncated()


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


def _too_many_scans() -> ValidationError:
    return ValidationError(
        "Cette image est trop complexe. Prenez une nouvelle photo, puis envoyez-la.",
        code="too_many_scans",
    )


def _truncated() -> ValidationError:
    return ValidationError(
        "Cette image est abîmée ou incomplète. Prenez une nouvelle photo, ou enregistrez "
        "l’image de nouveau, puis envoyez-la.",
        code="truncated",
    )
