"""Pictures of an offer: what is sent is drawn anew, in two sizes, and nothing else is kept.

Drawing the pixels again leaves behind the place and the hour that a telephone writes into a
photograph, and whatever else a file may hide.
"""

from __future__ import annotations

import io
from datetime import datetime

import pillow_heif
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from PIL import Image, ImageOps

from apps.accounts.models import User
from apps.files.enums import ContentType
from apps.files.storage import forget_file, store_bytes
from apps.files.validators import CheckedUpload
from apps.lookups.housing.models import Offer, Photo

IMAGE_SIDE = 1200
THUMBNAIL_SIDE = 320
MOST_PHOTOS = 8
# A JPEG is read at a fraction of its size; the others come whole into memory, 4 bytes a pixel.
_MOST_WHOLE_PIXELS = 12_000_000
_QUALITY = 82


def why_not_photo(upload: CheckedUpload) -> str:
    """Reason why an upload cannot become a picture, or an empty string."""
    if upload.content_type == ContentType.PDF:
        return "Une photo est un fichier JPEG, PNG ou HEIC, pas un PDF."
    return ""


def add_photo(
    *, offer: Offer, upload: CheckedUpload, alt: str, by: User | None, at: datetime
) -> Photo:
    """Draw the picture in two sizes and put it last.

    Side effects: two stored files and a row. Raises ValidationError with the reason: not a
    picture, too large, or one more than MOST_PHOTOS.
    """
    if reason := why_not_photo(upload):
        raise ValidationError(reason, code="type")
    picture = _opened(upload)
    sizes = [_jpeg(picture, side) for side in (IMAGE_SIDE, THUMBNAIL_SIDE)]
    with transaction.atomic():
        Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        if offer.photos.count() >= MOST_PHOTOS:
            raise ValidationError(f"Une offre a {MOST_PHOTOS} photos au plus.", code="too_many")
        image, thumbnail = (
            store_bytes(
                content,
                name="photo.jpg",
                content_type=ContentType.JPEG,
                uploaded_by=by,
                at=at,
            )
            for content, _ in sizes
        )
        width, height = sizes[0][1]
        last = offer.photos.aggregate(last=Max("position"))["last"] or 0
        return Photo.objects.create(
            offer=offer,
            alt=alt,
            position=last + 1,
            image=image,
            thumbnail=thumbnail,
            width=width,
            height=height,
        )


@transaction.atomic
def remove_photo(*, photo: Photo) -> None:
    """Side effects: the row and both files are gone."""
    files = [photo.image, photo.thumbnail]
    photo.delete()
    for stored in files:
        forget_file(stored)


def _opened(upload: CheckedUpload) -> Image.Image:
    """The upright picture, at most about twice as large as it is kept."""
    stream = upload.file
    stream.seek(0)
    if upload.content_type == ContentType.HEIC:
        heif = pillow_heif.open_heif(stream)
        _refuse_if_large(heif.size)
        picture = heif.to_pillow()
    else:
        picture = Image.open(stream, formats=[upload.content_type.label])
        if upload.content_type == ContentType.JPEG:
            picture.draft("RGB", (2 * IMAGE_SIDE, 2 * IMAGE_SIDE))
        else:
            _refuse_if_large(picture.size)
    try:
        return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(
            "Cette image est abîmée. Prenez une nouvelle photo.", code="truncated"
        ) from error


def _refuse_if_large(size: tuple[int, int]) -> None:
    if size[0] * size[1] > _MOST_WHOLE_PIXELS:
        raise ValidationError(
            "Cette image est trop grande. Enregistrez-la en JPEG, puis envoyez-la de nouveau.",
            code="too_many_pixels",
        )


def _jpeg(picture: Image.Image, side: int) -> tuple[bytes, tuple[int, int]]:
    """The picture within a square of `side` pixels, as a JPEG without metadata, and its size."""
    drawn = Image.new("RGB", picture.size)
    drawn.paste(picture)
    drawn.thumbnail((side, side))
    content = io.BytesIO()
    drawn.save(content, "JPEG", quality=_QUALITY, optimize=True)
    return content.getvalue(), drawn.size
