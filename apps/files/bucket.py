"""Uploads in an S3-compatible bucket, for processes on several machines (settings.S3_BUCKET)."""

from __future__ import annotations

from typing import Any

from storages.backends.s3 import S3Storage

_IN_MEMORY = 1_000_000  # bytes; what is larger goes through a temporary file


class PrivateBucket(S3Storage):
    """Objects that nobody reads but the portal: they have no address, as those of PrivateFolder."""

    def get_default_settings(self) -> dict[str, Any]:
        return {
            **super().get_default_settings(),
            "default_acl": None,  # the bucket's own rule, which must be « private »
            "file_overwrite": False,
            "max_memory_size": _IN_MEMORY,
            "signature_version": "s3v4",
        }

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("Private files have no address: use apps.files.serving.")
