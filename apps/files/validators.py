"""Is this upload what it says it is? Content decides, the name must agree.

`check_upload` reads the file in place and in small pieces; it never decodes an image. Each
refusal is a ValidationError with a code and a French sentence that says how to put it right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import filetype
import pillow_heif
from django.core.exceptions import ValidationError
from django.core.files.base import File

from apps.files.enums import ContentType
from apps.files.images import check_image
from apps.files.limits import MAX_BYTES
from apps.files.mixtures import PDF_MARKER, WEB_MARKERS, mixed_formats
from apps.files.names import clean_name, name_for, why_not_extension, why_not_name
from apps.files.pdfs import count_pages

_HEAD_BYTES = 8192
# Readers look for their marker this far into a file: two markers make a polyglot.
_MARKER_WINDOW = 1024


@dataclass(frozen=True, kw_only=True)
class CheckedUpload:
    """An upload that may be stored, with what was learnt about it."""

    file: File[bytes]
    name: str
    content_type: ContentType
    size: int
    page_count: int | None


def check_upload(uploaded: File[bytes]) -> CheckedUpload:
    """`uploaded` as something to store, read from its start and left there.

    Raises ValidationError: name, extension, empty, too_big, type, mixed, and the codes of
    apps.files.pdfs and apps.files.images.
    """
    name = clean_name(uploaded.name or "")
    if reason := why_not_name(name):
        raise ValidationError(reason, code="name")
    size = uploaded.size
    _check_size(size)
    stream: BinaryIO = uploaded.open().file  # type: ignore[assignment]
    content_type = sniff(stream)
    name = name or name_for(content_type)
    if reason := why_not_extension(name, content_type):
        raise ValidationError(reason, code="extension")
    page_count = None
    if content_type == ContentType.PDF:
        page_count = count_pages(stream)
    else:
        check_image(stream, content_type)
    uploaded.seek(0)
    return CheckedUpload(
        file=uploaded, name=name, content_type=content_type, size=size, page_count=page_count
    )


def sniff(stream: BinaryIO) -> ContentType:
    """Type of the content, by its first bytes.

    Raises ValidationError (type, mixed) for anything else than one of our types and only that.
    """
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    # filetype knows the plain HEIC brand, libheif also those of 10-bit photographs.
    kind = filetype.guess_mime(head)
    if kind is None and pillow_heif.get_file_mimetype(head) in {"image/heic", "image/heif"}:
        kind = ContentType.HEIC
    window = head[:_MARKER_WINDOW].lower()
    if kind not in ContentType.values or (
        kind == ContentType.PDF and not window.startswith(PDF_MARKER)
    ):
        raise ValidationError(_wrong_type(window), code="type")
    is_mixed = any(marker in window for marker in WEB_MARKERS) or (
        kind != ContentType.PDF and PDF_MARKER in window
    )
    if is_mixed:
        raise mixed_formats()
    return ContentType(kind)


def _check_size(size: int) -> None:
    if size == 0:
        raise ValidationError(
            "Ce fichier est vide. Vérifiez-le sur votre appareil, puis envoyez-le de nouveau.",
            code="empty",
        )
    if size > MAX_BYTES:
        raise ValidationError(
            "Ce fichier dépasse 10 Mo. Réduisez-le, ou envoyez le document en plusieurs fichiers.",
            code="too_big",
        )


def _wrong_type(window: bytes) -> str:
    advice = "Envoyez le document en PDF, JPEG, PNG ou HEIC."
    if PDF_MARKER in window:
        return (
            "Ce PDF commence par autre chose qu’un PDF. "
            "Ouvrez-le, imprimez-le en PDF, puis envoyez le nouveau fichier."
        )
    if any(marker in window for marker in WEB_MARKERS):
        return f"Ce fichier est une page web. {advice}"
    if window.startswith((b"mz", b"\x7felf", b"#!")):
        return f"Ce fichier est un programme. {advice}"
    if window.startswith(b"pk\x03\x04"):
        return f"Ce fichier est une archive ou un document de bureautique. {advice}"
    return f"Le contenu de ce fichier n’est pas reconnu. {advice}"
