"""What happens while a request's files come in, before any form sees them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from apps.files.limits import MAX_BYTES


class OversizeCutter(FileUploadHandler):
    """Stop keeping a file just past the limit, so that a huge one never fills the disk.

    The rest is read and dropped; the form still gets the file, too big, and says so beside its
    name. The other fields and files of the request are kept.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None if start > MAX_BYTES else raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
