"""The whole corpus of hostile files against the checks: `make attack` sends it to a real server."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from apps.accounts.models import User
from apps.core import clock
from apps.files.models import StoredFile
from apps.files.storage import store_upload
from apps.files.validators import check_upload
from tests.support import hostile_files as hostile
from tests.support.memory import memory_of_checks
from tests.support.uploads import image_bytes, pdf_bytes, upload

MOST_SECONDS = 1.0  # of processor
MOST_BYTES = 30 * 1024 * 1024


@pytest.mark.django_db
def test_every_hostile_file_is_refused_in_a_second_and_leaves_nothing(applicant: User) -> None:
    codes: dict[str, str] = {}
    slow: list[str] = []
    for file in hostile.hostile_files():
        sent = upload(file.content, file.name)
        started = time.process_time()
        with pytest.raises(ValidationError) as caught:
            store_upload(sent, uploaded_by=applicant, at=clock.now())
        if time.process_time() - started > MOST_SECONDS:
            slow.append(file.title)
        if caught.value.code != file.code:
            codes[file.title] = f"{caught.value.code}, not {file.code}"
        assert len(caught.value.messages[0]) > 30

    assert codes == {}
    assert slow == []
    assert not StoredFile.objects.exists()


def test_no_file_takes_much_memory_to_check(tmp_path: Path) -> None:
    big = pdf_bytes(change=_fill_ten_megabytes, compress_streams=False)
    assert 9_000_000 < len(big) < 10 * 1024 * 1024
    files = {
        "small.pdf": pdf_bytes(),
        "ten megabytes.pdf": big,
        "bomb.pdf": hostile.object_stream_bomb(256),
        "bomb.png": hostile.png_that_claims(65535, 65535),
        "bomb.jpg": hostile.jpeg_of_many_scans(2000),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    taken = memory_of_checks([tmp_path / name for name in files])

    assert taken.keys() == files.keys()
    assert taken.pop("small.pdf") < MOST_BYTES
    assert {name: added for name, added in taken.items() if added >= MOST_BYTES} == {}


def test_limit_is_what_holds_a_bomb_down_and_its_memory_is_really_counted(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(hostile.object_stream_bomb(64))
    assert memory_of_checks([path], is_limited=False)["bomb.pdf"] > 64 * 1024 * 1024


def _fill_ten_megabytes(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"% 0123456789\n" * 750_000)


def test_nesting_itself_is_no_fault() -> None:
    assert check_upload(upload(hostile.deep_pdf(50), "a.pdf")).page_count == 1


def test_what_telephones_write_behind_a_photograph_is_accepted() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 500
    photograph = image_bytes("JPEG") + film
    assert check_upload(upload(photograph, "photo.jpg")).size == len(photograph)


def test_progressive_photograph_of_ordinary_scans_is_accepted() -> None:
    photograph = hostile.jpeg_of_many_scans(20)
    assert check_upload(upload(photograph, "photo.jpg")).size == len(photograph)


def test_end_of_line_behind_a_png_is_accepted() -> None:
    assert check_upload(upload(image_bytes("PNG") + b"\r\n", "photo.png")).page_count is None


def test_first_segment_that_long_is_accepted_when_it_opens_no_script() -> None:
    """By chance: the words about a photograph may be as long as « /* » reads."""
    jpeg = image_bytes("JPEG")
    chance = jpeg[:2] + b"\xff\xe1/*Exif\0\0" + b"\0" * (0x2F2A - 8) + jpeg[2:]
    assert Image.open(BytesIO(chance)).size == (64, 48)
    assert check_upload(upload(chance, "photo.jpg")).size == len(chance)
