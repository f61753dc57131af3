"""Stored files, made through the door that uploads use."""

from __future__ import annotations

from typing import Any

import factory

from apps.core import clock
from apps.files.models import StoredFile
from apps.files.storage import store_upload
from tests.support.uploads import pdf_bytes, upload


class StoredFileFactory(factory.django.DjangoModelFactory[StoredFile]):
    """A one-page PDF; `content=` and `name=` for another, any field of the row to change it."""

    class Meta:
        model = StoredFile

    name = factory.Sequence(lambda number: f"piece-{number}.pdf")
    content = factory.LazyFunction(pdf_bytes)
    uploaded_by = None
    created_at = factory.LazyFunction(clock.now)

    @classmethod
    def _create(cls, model_class: type[StoredFile], *args: Any, **kwargs: Any) -> StoredFile:
        stored = store_upload(
            upload(kwargs.pop("content"), kwargs.pop("name")),
            uploaded_by=kwargs.pop("uploaded_by"),
            at=kwargs.pop("created_at"),
        )
        for field, value in kwargs.items():
            setattr(stored, field, value)
        if kwargs:
            stored.save(update_fields=list(kwargs))
        return stored
