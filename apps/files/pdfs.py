"""The structure of an uploaded PDF: whole, open, and without anything that acts by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from django.core.exceptions import ValidationError

_REPRINT = "Ouvrez-le, imprimez-le en PDF, puis envoyez le nouveau fichier."
_TAIL_BYTES = 1024
# Only the file's own index is ever inflated here, never a page or an image: beyond this it is a
# trap, and qpdf gives up.
_MAX_INFLATED_BYTES = 16 * 1024 * 1024
# A certificate has some hundreds; beyond this, reading them all would keep a process busy.
_MAX_OBJECTS = 50_000
# Actions that run code, start programs, or send what the reader typed.
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/Rendition",
        "/GoToE",
        "/RichMediaExecute",
    }
)
_SCRIPT_KEYS = ("/JS", "/JavaScript")
_EMBEDDED_KEYS = ("/EmbeddedFiles", "/EF", "/RichMediaContent")


def limit_decompression() -> None:
    """Bound what qpdf inflates, for the whole process (called once, before any thread)."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_MAX_INFLATED_BYTES,
        png_max_memory=_MAX_INFLATED_BYTES,
        run_length_max_memory=_MAX_INFLATED_BYTES,
        tiff_max_memory=_MAX_INFLATED_BYTES,
        max_stream_filters=8,
        parser_max_container_size=_MAX_OBJECTS,
        doc_max_warnings=100,
    )


def count_pages(stream: BinaryIO) -> int:
    """Number of pages of the PDF in `stream`, at least 1.

    Raises ValidationError: truncated, damaged, encrypted, too_complex, script,
    action, embedded, form.
    Nothing is repaired: what our readers would have to guess is refused.
    """
    _check_end(stream)
    stream.seek(0)
    try:
        with pikepdf.open(stream, attempt_recovery=False, inherit_page_attributes=False) as pdf:
            if pdf.is_encrypted:
                raise _encrypted()
            _check_size(pdf)
            _check_passive(pdf)
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise _damaged() from error
    if not pages:
        raise _damaged()
    return pages


def _check_end(stream: BinaryIO) -> None:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read(_TAIL_BYTES)
    before, marker, after = tail.rpartition(b"%%EOF")
    if not marker or b"startxref" not in before:
        raise ValidationError(
            "Ce PDF est incomplet : sa fin manque. Téléchargez-le ou numérisez-le de nouveau.",
            code="truncated",
        )
    if after.strip(b"\0\t\n\f\r "):
        raise ValidationError(f"Ce PDF contient des données après sa fin. {_REPRINT}", code="mixed")


def _check_size(pdf: pikepdf.Pdf) -> None:
    # The trailer may lie, but most often spares reading every object to count them.
    if int(pdf.trailer.get("/Size", 0)) > _MAX_OBJECTS or len(pdf.objects) > _MAX_OBJECTS:
        raise ValidationError(f"Ce PDF est trop complexe. {_REPRINT}", code="too_complex")


def _check_passive(pdf: pikepdf.Pdf) -> None:
    for dictionary in _dictionaries(pdf):
        action = dictionary.get("/S")
        if any(key in dictionary for key in _SCRIPT_KEYS) or _is(action, "/JavaScript"):
            raise ValidationError(f"Ce PDF contient un programme. {_REPRINT}", code="script")
        if any(_is(action, name) for name in _ACTIVE_ACTIONS):
            raise ValidationError(
                f"Ce PDF lance une action sur l’ordinateur qui l’ouvre. {_REPRINT}", code="action"
            )
        if any(key in dictionary for key in _EMBEDDED_KEYS) or _is(
            dictionary.get("/Type"), "/EmbeddedFile"
        ):
            raise ValidationError(
                "Ce PDF contient d’autres fichiers. Enregistrez chacun d’eux, "
                "puis envoyez-les séparément.",
                code="embedded",
            )
        if "/XFA" in dictionary:
            raise ValidationError(
                f"Ce PDF est un formulaire interactif (XFA). {_REPRINT}", code="form"
            )


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, those of streams and those inside others included."""
    yield from _nested(pdf.trailer)
    for indirect in pdf.objects:
        yield from _nested(indirect)


def _nested(root: pikepdf.Object) -> Iterator[pikepdf.Object]:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, pikepdf.Array):
            children = iter(node)
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            yield node
            children = (value for _, value in node.items())
        else:
            continue
        # An indirect child is reached through pdf.objects: following it here could loop.
        pending += [
            child
            for child in children
            if isinstance(child, pikepdf.Object) and not child.is_indirect
        ]


def _is(value: object, name: str) -> bool:
    return isinstance(value, pikepdf.Name) and str(value) == name


def _encrypted() -> ValidationError:
    return ValidationError(
        f"Ce PDF est protégé par un mot de passe ou un chiffrement. {_REPRINT}",
        code="encrypted",
    )


def _damaged() -> ValidationError:
    return ValidationError(f"Ce PDF est abîmé ou incomplet. {_REPRINT}", code="damaged")
