"""Pictures: drawn anew, so that nothing of the sender's comes out again."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image

from apps.files.models import StoredFile
from apps.files.validators import check_upload
from apps.lookups.housing.models import Offer, Photo
from apps.lookups.housing.photos import MOST_PHOTOS, add_photo, remove_photo
from tests.factories.housing import OfferFactory
from tests.support.uploads import image_bytes, pdf_bytes, upload

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def add(offer: Offer, content: bytes, name: str = "chambre.jpg") -> Photo:
    checked = check_upload(upload(content, name))
    return add_photo(offer=offer, upload=checked, alt="Une chambre", by=None, at=AT)


def stored(file: StoredFile) -> Image.Image:
    with file.file.open("rb") as content:
        return Image.open(io.BytesIO(content.read()))


def test_picture_is_kept_in_two_sizes(client: Client) -> None:
    photo = add(OfferFactory(), image_bytes(size=(3000, 1500)))

    assert (stored(photo.image).size, stored(photo.thumbnail).size) == ((1200, 600), (320, 160))
    assert (photo.width, photo.height) == (1200, 600)


def test_small_picture_is_not_blown_up() -> None:
    assert stored(add(OfferFactory(), image_bytes(size=(64, 48))).image).size == (64, 48)


def test_place_and_hour_of_a_photograph_are_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Fabricant"
    exif[0x0132] = "2026:11:22 12:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    sent = image_bytes(size=(64, 48), exif=exif)
    assert b"Fabricant" in sent

    photo = add(OfferFactory(), sent)

    for file in (photo.image, photo.thumbnail):
        kept = stored(file)
        assert dict(kept.getexif()) == {}
        assert not {"exif", "icc_profile", "comment"} & kept.info.keys()


def test_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn

    assert stored(add(OfferFactory(), image_bytes(size=(64, 48), exif=exif)).image).size == (48, 64)


def test_transparent_png_becomes_an_ordinary_picture() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 90, 102, 0)).save(content, "PNG")

    kept = stored(add(OfferFactory(), content.getvalue(), "plan.png").image)

    assert (kept.format, kept.mode) == ("JPEG", "RGB")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (pdf_bytes(), "chambre.pdf", "type"),
        (image_bytes("PNG", size=(4000, 3001)), "chambre.png", "too_many_pixels"),
    ],
)
def test_what_cannot_be_a_picture_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        add(OfferFactory(), content, name)

    assert refusal.value.code == code
    assert not StoredFile.objects.exists()


def test_one_more_than_the_most_is_refused() -> None:
    offer = OfferFactory()
    for _ in range(MOST_PHOTOS):
        add(offer, image_bytes())

    with pytest.raises(ValidationError, match="8 photos au plus"):
        add(offer, image_bytes())
    assert StoredFile.objects.count() == 2 * MOST_PHOTOS


def test_public_picture_is_served_as_an_image_and_kept_by_caches(client: Client) -> None:
    photo = add(OfferFactory(), image_bytes())

    response = client.get(f"/logements/photos/{photo.thumbnail_id}.jpg")

    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:3] == b"\xff\xd8\xff"
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert "public" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]


def test_private_upload_is_not_served_as_a_picture(client: Client) -> None:
    photo = add(OfferFactory(), image_bytes())
    file_id = photo.image_id
    remove_photo(photo=photo)

    assert client.get(f"/logements/photos/{file_id}.jpg").status_code == 404
    assert not StoredFile.objects.exists()
