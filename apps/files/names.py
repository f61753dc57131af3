"""The names people give their files: cleaned for display, never used on disk. Pure."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from apps.files.enums import ContentType
from apps.files.limits import MAX_NAME_LENGTH

EXTENSIONS: dict[ContentType, tuple[str, ...]] = {
    ContentType.PDF: ("pdf",),
    ContentType.JPEG: ("jpg", "jpeg"),
    ContentType.PNG: ("png",),
    ContentType.HEIC: ("heic", "heif"),
}
_TYPE_OF = {extension: kind for kind, names in EXTENSIONS.items() for extension in names}

# Extensions that make a name lie about its content (« releve.exe.pdf »). « com » is left out:
# « www.exemple.com.pdf » is a page that somebody printed.
_PROGRAMS = (
    "apk app bat bin chm cmd cpl dll dmg exe hta jar js jse lnk mjs msc msi msp php phtml pif ps1 "
    "py reg scr sh svg swf vb vbe vbs wsf wsh xll"
)
_DOCUMENTS = (
    "7z asp aspx bmp csv doc docm docx eml gif gz htm html iso jsp mht odp ods odt pages ppt pptm "
    "pptx rar rtf shtml tar tif tiff txt webp xhtml xls xlsb xlsm xlsx xml zip"
)
_EXECUTABLE = frozenset(_PROGRAMS.split())
_OTHER_TYPES = frozenset(_DOCUMENTS.split())


def clean_name(raw: str) -> str:
    """`raw` without folders, control or direction characters, shortened; "" when nothing is left.

    « C:\\Docs\\relevé.pdf » gives « relevé.pdf ». The extension survives the shortening.
    """
    base = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc control, Cf direction and zero-width, Cs/Co/Cn no character at all, Zl/Zp line ends.
    kept = (
        " " if character.isspace() else character
        for character in base
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    name = " ".join("".join(kept).split()).strip(". ")
    path = PurePosixPath(name)
    if len(name) > MAX_NAME_LENGTH and 1 < len(path.suffix) <= 6:
        return path.stem[: MAX_NAME_LENGTH - len(path.suffix)].rstrip() + path.suffix
    return name[:MAX_NAME_LENGTH].rstrip()


def why_not_name(name: str) -> str:
    """Reason why a cleaned `name` is refused before its content is read, or an empty string."""
    stem, _, last = name.rpartition(".")
    last = last.lower() if stem else ""
    if last in _EXECUTABLE:
        return (
            f"Un fichier « .{last} » est un programme : il n’est pas accepté. "
            "Envoyez le document en PDF, JPEG, PNG ou HEIC."
        )
    for middle in stem.lower().split(".")[1:]:
        if last in _TYPE_OF and _is_misleading(middle, last):
            return (
                f"Ce nom porte deux extensions : « .{middle}.{last} ». "
                f"Renommez le fichier « {_first_part(name)}.{last} », puis envoyez-le de nouveau."
            )
    return ""


def why_not_extension(name: str, kind: ContentType) -> str:
    """Reason why the extension of `name` belies its content `kind`, or an empty string."""
    stem, _, last = name.rpartition(".")
    if stem and _TYPE_OF.get(last.lower()) == kind:
        return ""
    better = f"{stem or name}.{EXTENSIONS[kind][0]}"
    if not stem or not _looks_like_extension(last):
        better = f"{name}.{EXTENSIONS[kind][0]}"
        problem = "Le nom de ce fichier n’a pas d’extension"
    else:
        problem = f"L’extension « .{last} » ne correspond pas au contenu"
    return (
        f"{problem}. Ce fichier est en {kind.label} : "
        f"renommez-le « {better} », puis envoyez-le de nouveau."
    )


def name_for(kind: ContentType) -> str:
    """Name shown for a file whose own name was nothing but forbidden characters."""
    return f"document.{EXTENSIONS[kind][0]}"


def _is_misleading(middle: str, last: str) -> bool:
    # « scan.pdf.pdf » is a harmless slip; « scan.2023.pdf » carries a year.
    if middle in _TYPE_OF:
        return _TYPE_OF[middle] != _TYPE_OF.get(last)
    return middle in _EXECUTABLE or middle in _OTHER_TYPES


def _first_part(name: str) -> str:
    return name.split(".", 1)[0] or "document"


def _looks_like_extension(text: str) -> bool:
    return 1 <= len(text) <= 5 and text.isascii() and text.isalnum() and not text.isdigit()
