"""Real files, made on the spot: sound ones, and ones that must be refused."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def pdf_bytes(
    *, pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **save: object
) -> bytes:
    """A PDF of blank pages; `change` edits it before it is saved with the options `save`."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        if change:
            change(pdf)
        output = BytesIO()
        pdf.save(output, **save)  # type: ignore[arg-type]
    return output.getvalue()


def image_bytes(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), **save: object) -> bytes:
    """A plain image: JPEG, PNG (Pillow) or HEIC (libheif)."""
    image = Image.new("RGB", size, (0, 90, 102))
    output = BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(output)
    else:
        image.save(output, kind, **save)
    return output.getvalue()


def upload(content: bytes, name: str, content_type: str = "text/plain") -> SimpleUploadedFile:
    """As a browser sends it; its content type is the browser's word, which nobody believes."""
    return SimpleUploadedFile(name, content, content_type)


def with_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def with_named_script(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def with_page_script(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def with_launch(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.Launch, F=String("calc.exe"))


def with_submission(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.SubmitForm, F=String("https://exemple.org/"))
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = Array([annotation])


def with_embedded_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["virus.exe"] = b"MZ"


def with_xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def with_link(pdf: pikepdf.Pdf) -> None:
    """A plain link, as in every certificate: accepted."""
    action = Dictionary(S=Name.URI, URI=String("https://exemple.org/"))
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = Array([annotation])
