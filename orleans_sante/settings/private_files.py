"""Where uploads are kept: a folder of this machine, or a bucket when there are several."""

from __future__ import annotations

from typing import Any

from orleans_sante.settings.env import env_str


def private_storage(*, x_accel_prefix: str) -> dict[str, Any]:
    """For STORAGES["private"]. Several machines share no folder: S3_BUCKET, then."""
    if bucket := env_str("S3_BUCKET", ""):
        return {
            "BACKEND": "apps.files.bucket.PrivateBucket",
            "OPTIONS": {
                "bucket_name": bucket,
                "endpoint_url": env_str("S3_ENDPOINT_URL", "") or None,
                "region_name": env_str("S3_REGION", "") or None,
                "access_key": env_str("S3_ACCESS_KEY", "") or None,
                "secret_key": env_str("S3_SECRET_KEY", "") or None,
            },
        }
    # nginx reads them as a member of our group; without it they are ours alone. These rights are
    # of these files only: static ones are for every account, the front server's to begin with.
    return {
        "BACKEND": "apps.files.disk.PrivateFolder",
        "OPTIONS": {
            "file_permissions_mode": 0o640 if x_accel_prefix else 0o600,
            "directory_permissions_mode": 0o750 if x_accel_prefix else 0o700,
        },
    }
