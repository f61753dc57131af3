from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.files.enums import ContentType
from apps.files.names import clean_name, why_not_extension, why_not_name


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("relevé.pdf", "relevé.pdf"),
        ("releve\u0301.pdf", "relevé.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Documents\\bail.pdf", "bail.pdf"),
        ("/etc/passwd", "passwd"),
        ("bail\x00.pdf", "bail.pdf"),
        ("bail\r\nX-Injected: oui.pdf", "bailX-Injected: oui.pdf"),
        ("photo\u202egpj.pdf", "photogpj.pdf"),
        ("ba\u200bil.pdf", "bail.pdf"),
        ("  bail \u00a0 signé .pdf", "bail signé .pdf"),
        ("...pdf", "pdf"),
        ("bail.pdf. ", "bail.pdf"),
        ("..", ""),
        ("\u202e\x07", ""),
        ("", ""),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 300, "a" * 150),
    ],
)
def test_clean_name_keeps_what_can_be_shown(raw: str, expected: str) -> None:
    assert clean_name(raw) == expected


@given(st.text(max_size=400))
def test_clean_name_is_short_printable_and_without_folder(raw: str) -> None:
    name = clean_name(raw)
    assert len(name) <= 150
    assert not set(name) & {"/", "\\", "\0"}
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Zl", "Zp"}
    assert not name.startswith(".")


@given(st.text(max_size=400))
def test_clean_name_is_stable(raw: str) -> None:
    assert clean_name(clean_name(raw)) == clean_name(raw)


@pytest.mark.parametrize(
    "name",
    [
        "scan.2023.pdf",
        "v1.2.3.pdf",
        "www.exemple.com.pdf",
        "M. Dupont.pdf",
        "scan.pdf.pdf",
        "photo.jpeg.jpg",
        "sans extension",
        "archive.zip",
        "",
    ],
)
def test_name_is_not_refused_for_its_dots(name: str) -> None:
    assert why_not_name(name) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "releve.exe.pdf",
            (
                "Ce nom porte deux extensions : « .exe.pdf ». "
                "Renommez le fichier « releve.pdf », puis envoyez-le de nouveau."
            ),
        ),
        (
            "bail.docx.pdf",
            (
                "Ce nom porte deux extensions : « .docx.pdf ». "
                "Renommez le fichier « bail.pdf », puis envoyez-le de nouveau."
            ),
        ),
        (
            "photo.pdf.JPG",
            (
                "Ce nom porte deux extensions : « .pdf.jpg ». "
                "Renommez le fichier « photo.jpg », puis envoyez-le de nouveau."
            ),
        ),
        (
            "releve.pdf.exe",
            (
                "Un fichier « .exe » est un programme : il n’est pas accepté. "
                "Envoyez le document en PDF, JPEG, PNG ou HEIC."
            ),
        ),
    ],
)
def test_misleading_name_is_refused_with_a_better_one(name: str, expected: str) -> None:
    assert why_not_name(name) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bail.pdf", ContentType.PDF),
        ("BAIL.PDF", ContentType.PDF),
        ("photo.jpg", ContentType.JPEG),
        ("photo.JPEG", ContentType.JPEG),
        ("photo.png", ContentType.PNG),
        ("IMG_0001.HEIC", ContentType.HEIC),
        ("IMG_0001.heif", ContentType.HEIC),
    ],
)
def test_extension_that_agrees_is_accepted(name: str, kind: ContentType) -> None:
    assert why_not_extension(name, kind) == ""


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        (
            "photo.jpg",
            ContentType.PNG,
            (
                "L’extension « .jpg » ne correspond pas au contenu. "
                "Ce fichier est en PNG : renommez-le « photo.png », puis envoyez-le de nouveau."
            ),
        ),
        (
            "scan",
            ContentType.PDF,
            (
                "Le nom de ce fichier n’a pas d’extension. "
                "Ce fichier est en PDF : renommez-le « scan.pdf », puis envoyez-le de nouveau."
            ),
        ),
        (
            "scan.2023",
            ContentType.PDF,
            (
                "Le nom de ce fichier n’a pas d’extension. "
                "Ce fichier est en PDF : renommez-le « scan.2023.pdf », puis envoyez-le de nouveau."
            ),
        ),
    ],
)
def test_extension_that_belies_the_content_is_refused(
    name: str, kind: ContentType, expected: str
) -> None:
    assert why_not_extension(name, kind) == expected
