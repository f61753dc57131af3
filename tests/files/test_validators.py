from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from apps.files.enums import ContentType
from apps.files.validators import check_upload
from tests.support import uploads
from tests.support.hostile_files import object_stream_bomb, png_that_claims
from tests.support.uploads import image_bytes, pdf_bytes, upload

PDF, JPEG, PNG, HEIC = pdf_bytes(), image_bytes("JPEG"), image_bytes("PNG"), image_bytes("HEIC")
SQUARE_HEIC = image_bytes("HEIC", size=(64, 64))
REPRINT = "Ouvrez-le, imprimez-le en PDF, puis envoyez le nouveau fichier."
ADVICE = "Envoyez le document en PDF, JPEG, PNG ou HEIC."


def refusal(content: bytes, name: str) -> tuple[str, str]:
    """(code, sentence) of the refusal."""
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(content, name))
    return caught.value.code or "", caught.value.messages[0]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "bail.pdf", ContentType.PDF),
        (JPEG, "photo.jpg", ContentType.JPEG),
        (JPEG, "photo.JPEG", ContentType.JPEG),
        (PNG, "photo.png", ContentType.PNG),
        (HEIC, "IMG_0001.HEIC", ContentType.HEIC),
        (pdf_bytes(change=uploads.with_link), "attestation.pdf", ContentType.PDF),
        (pdf_bytes(object_stream_mode=pikepdf.ObjectStreamMode.generate), "a.pdf", ContentType.PDF),
        (pdf_bytes(linearize=True), "scan.2023.pdf", ContentType.PDF),
        (image_bytes("JPEG", progressive=True), "photo.jpg", ContentType.JPEG),
    ],
)
def test_sound_file_is_accepted(content: bytes, name: str, kind: ContentType) -> None:
    checked = check_upload(upload(content, name))
    assert (checked.name, checked.content_type, checked.size) == (name, kind, len(content))
    assert checked.file.read() == content


def test_pages_of_a_pdf_are_counted_and_an_image_has_none() -> None:
    assert check_upload(upload(pdf_bytes(pages=3), "bail.pdf")).page_count == 3
    assert check_upload(upload(PNG, "photo.png")).page_count is None


def test_name_is_cleaned() -> None:
    assert check_upload(ContentFile(PDF, "../../ba\u202eil\x00.pdf")).name == "bail.pdf"


def test_ten_bit_photograph_of_a_telephone_is_accepted() -> None:
    ten_bit = HEIC.replace(b"ftypheic", b"ftypheix", 1)
    assert check_upload(upload(ten_bit, "photo.heic")).content_type == ContentType.HEIC


@pytest.mark.parametrize(
    ("content", "name", "code", "sentence"),
    [
        (
            *(b"", "bail.pdf", "empty"),
            "Ce fichier est vide. Vérifiez-le sur votre appareil, puis envoyez-le de nouveau.",
        ),
        (
            *(b"%PDF-1.7\n" + b"0" * 10 * 1024 * 1024, "bail.pdf", "too_big"),
            "Ce fichier dépasse 10 Mo. Réduisez-le, ou envoyez le document en plusieurs fichiers.",
        ),
        (
            *(b"Bonjour", "bail.pdf", "type"),
            f"Le contenu de ce fichier n’est pas reconnu. {ADVICE}",
        ),
        (
            *(b"<!DOCTYPE html><html></html>", "bail.pdf", "type"),
            f"Ce fichier est une page web. {ADVICE}",
        ),
        (
            *(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "photo.png", "type"),
            f"Ce fichier est une page web. {ADVICE}",
        ),
        (*(b"MZ\x90\x00" * 99, "bail.pdf", "type"), f"Ce fichier est un programme. {ADVICE}"),
        (*(b"#!/bin/sh\nls\n", "bail.pdf", "type"), f"Ce fichier est un programme. {ADVICE}"),
        (
            *(b"PK\x03\x04" + b"\0" * 99, "bail.pdf", "type"),
            f"Ce fichier est une archive ou un document de bureautique. {ADVICE}",
        ),
        (
            *(b"GIF89a" + b"\0" * 99, "photo.jpg", "type"),
            f"Le contenu de ce fichier n’est pas reconnu. {ADVICE}",
        ),
        (
            *(PNG, "photo.jpg", "extension"),
            (
                "L’extension « .jpg » ne correspond pas au contenu. Ce fichier est en PNG : "
                "renommez-le « photo.png », puis envoyez-le de nouveau."
            ),
        ),
        (
            *(PDF, "releve.pdf.exe", "name"),
            f"Un fichier « .exe » est un programme : il n’est pas accepté. {ADVICE}",
        ),
        (
            *(PDF, "photo\u202egpj.exe", "name"),
            f"Un fichier « .exe » est un programme : il n’est pas accepté. {ADVICE}",
        ),
    ],
)
def test_bad_file_is_refused_and_told_how_to_put_it_right(
    content: bytes, name: str, code: str, sentence: str
) -> None:
    assert refusal(content, name) == (code, sentence)


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (
            *(PDF[: len(PDF) // 2], "truncated"),
            "Ce PDF est incomplet : sa fin manque. Téléchargez-le ou numérisez-le de nouveau.",
        ),
        (
            *(PDF.replace(b"\nxref", b"\nxxxx"), "damaged"),
            f"Ce PDF est abîmé ou incomplet. {REPRINT}",
        ),
        (*(pdf_bytes(pages=0), "damaged"), f"Ce PDF est abîmé ou incomplet. {REPRINT}"),
        (
            *(pdf_bytes(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
            f"Ce PDF est protégé par un mot de passe ou un chiffrement. {REPRINT}",
        ),
        (
            *(pdf_bytes(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
            f"Ce PDF est protégé par un mot de passe ou un chiffrement. {REPRINT}",
        ),
        (
            *(pdf_bytes(change=uploads.with_script), "script"),
            f"Ce PDF contient un programme. {REPRINT}",
        ),
        (
            *(pdf_bytes(change=uploads.with_launch), "action"),
            f"Ce PDF lance une action sur l’ordinateur qui l’ouvre. {REPRINT}",
        ),
        (
            *(pdf_bytes(change=uploads.with_embedded_file), "embedded"),
            (
                "Ce PDF contient d’autres fichiers. Enregistrez chacun d’eux, "
                "puis envoyez-les séparément."
            ),
        ),
        (
            *(pdf_bytes(change=uploads.with_xfa), "form"),
            f"Ce PDF est un formulaire interactif (XFA). {REPRINT}",
        ),
        (
            *(PDF + b"PK\x03\x04archive", "mixed"),
            f"Ce PDF contient des données après sa fin. {REPRINT}",
        ),
        (
            *(b"<html><script>alert(1)</script>" + PDF, "type"),
            (
                "Ce PDF commence par autre chose qu’un PDF. "
                "Ouvrez-le, imprimez-le en PDF, puis envoyez le nouveau fichier."
            ),
        ),
        (
            *(b"\xef\xbb\xbf" + PDF, "type"),
            (
                "Ce PDF commence par autre chose qu’un PDF. "
                "Ouvrez-le, imprimez-le en PDF, puis envoyez le nouveau fichier."
            ),
        ),
        (
            *(PDF.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1), "mixed"),
            (
                "Ce fichier mélange deux formats. Imprimez-le en PDF ou prenez-le en photo, "
                "puis envoyez le nouveau fichier."
            ),
        ),
    ],
)
def test_bad_pdf_is_refused_and_told_how_to_put_it_right(
    content: bytes, code: str, sentence: str
) -> None:
    assert refusal(content, "bail.pdf") == (code, sentence)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (uploads.with_named_script, "script"),
        (uploads.with_page_script, "script"),
        (uploads.with_submission, "action"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_active_content_is_found_wherever_it_hides(
    change: Callable[[pikepdf.Pdf], None], code: str, packed: bool
) -> None:
    mode = pikepdf.ObjectStreamMode
    content = pdf_bytes(change=change, object_stream_mode=mode.generate if packed else mode.disable)
    assert refusal(content, "bail.pdf")[0] == code


def test_script_with_an_escaped_name_is_found() -> None:
    content = pdf_bytes(change=uploads.with_script)
    assert b"/JavaScript" in content
    escaped = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")
    assert refusal(_with_sound_offsets(escaped), "bail.pdf")[0] == "script"


def test_stream_that_inflates_without_end_is_refused_quickly() -> None:
    assert check_upload(upload(object_stream_bomb(0), "bail.pdf")).page_count == 1
    bomb = object_stream_bomb(256)
    assert len(bomb) < 1024 * 1024
    started = time.process_time()
    assert refusal(bomb, "bail.pdf")[0] == "damaged"
    assert time.process_time() - started < 5


def test_pdf_of_countless_objects_is_refused_even_when_it_lies_about_them() -> None:
    crowd = pdf_bytes(change=lambda pdf: _add_objects(pdf, 50_001))
    sentence = f"Ce PDF est trop complexe. {REPRINT}"
    assert refusal(crowd, "bail.pdf") == ("too_complex", sentence)
    size = re.search(rb"/Size (\d+)", crowd)
    assert size is not None
    assert refusal(crowd.replace(size[0], b"/Size 10"), "bail.pdf") == ("too_complex", sentence)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (JPEG[: len(JPEG) // 2], "photo.jpg"),
        (image_bytes("JPEG", progressive=True)[:-2], "photo.jpg"),
        (PNG[:-20], "photo.png"),
        (PNG[:40], "photo.png"),
        (PNG[:60] + b"\0" + PNG[61:], "photo.png"),
        (HEIC[:-20], "photo.heic"),
        (HEIC[:40], "photo.heic"),
    ],
)
def test_truncated_image_is_refused(content: bytes, name: str) -> None:
    assert refusal(content, name) == (
        "truncated",
        (
            "Cette image est abîmée ou incomplète. Prenez une nouvelle photo, ou enregistrez "
            "l’image de nouveau, puis envoyez-la."
        ),
    )


def test_end_mark_of_a_thumbnail_does_not_hide_a_truncated_photograph() -> None:
    thumbnail = image_bytes("JPEG", size=(16, 16))
    photograph = image_bytes("JPEG", size=(640, 480), exif=b"Exif\0\0" + thumbnail)
    assert check_upload(upload(photograph, "photo.jpg")).size == len(photograph)
    assert refusal(photograph[:-30], "photo.jpg")[0] == "truncated"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (png_that_claims(8192, 8192), "photo.png"),
        (png_that_claims(65535, 65535), "photo.png"),
        (JPEG.replace(b"\0\x30\0\x40", b"\x20\0\x20\0", 1), "photo.jpg"),
        (JPEG.replace(b"\0\x30\0\x40", b"\xff\xff\xff\xff", 1), "photo.jpg"),
        (
            SQUARE_HEIC.replace(b"\0\0\0\x40" * 2, b"\0\0\x20\0" * 2),
            "a.heic",
        ),
    ],
)
def test_image_over_fifty_megapixels_is_refused_from_its_header(content: bytes, name: str) -> None:
    assert refusal(content, name) == (
        "too_many_pixels",
        (
            "Cette image dépasse 50 millions de pixels. Réduisez-la, ou prenez une nouvelle photo "
            "avec une définition plus faible."
        ),
    )


def test_image_that_is_also_a_pdf_is_refused() -> None:
    both = JPEG[:2] + b"\xff\xfe\x00\x0c%PDF-1.7\n " + JPEG[2:]
    assert refusal(both, "photo.jpg")[0] == "mixed"


@given(st.binary(max_size=2000), st.sampled_from(["bail.pdf", "a.jpg", "a.png", "a.heic"]))
def test_nonsense_is_refused_never_crashes(content: bytes, name: str) -> None:
    with pytest.raises(ValidationError):
        check_upload(upload(content, name))


@given(
    st.sampled_from([(PDF, "a.pdf"), (JPEG, "a.jpg"), (PNG, "a.png"), (HEIC, "a.heic")]),
    st.integers(min_value=8, max_value=400),
    st.binary(min_size=1, max_size=20),
)
def test_damage_is_refused_or_harmless_never_a_crash(
    sound: tuple[bytes, str], position: int, damage: bytes
) -> None:
    content, name = sound
    with suppress(ValidationError):
        check_upload(upload(content[:position] + damage + content[position:], name))


def _add_objects(pdf: pikepdf.Pdf, count: int) -> None:
    pdf.Root.Crowd = pikepdf.Array(
        [pdf.make_indirect(pikepdf.Dictionary(N=number)) for number in range(count)]
    )


def _with_sound_offsets(content: bytes) -> bytes:
    """`content`, a PDF edited by hand, with its cross-reference table written anew."""
    offsets: dict[int, int] = {}
    body = content[: content.rindex(b"xref\n", 0, content.rindex(b"startxref"))]
    position = 0
    for line in body.splitlines(keepends=True):
        words = line.split()
        if len(words) == 3 and words[1:] == [b"0", b"obj"]:
            offsets[int(words[0])] = position
        position += len(line)
    rows = b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    trailer = content[content.rindex(b"trailer") : content.rindex(b"startxref")]
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(offsets) + 1, rows)
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)
