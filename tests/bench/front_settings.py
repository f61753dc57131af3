"""The demo town's pages as production serves them: hashed static files, compressed beforehand,
and pages compressed on the way, as the front server does."""

import os
from pathlib import Path

from orleans_sante.settings.demo import *  # noqa: F403
from orleans_sante.settings.demo import MIDDLEWARE, STORAGES

DEMO = False  # the demo tells search engines to stay away
STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
WHITENOISE_USE_FINDERS = False
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    *(name for name in MIDDLEWARE if not name.endswith("GZipMiddleware")),
]
