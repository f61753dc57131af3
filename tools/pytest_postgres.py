"""pytest plugin: a throw-away PostgreSQL for the whole run, unless DATABASE_URL is set.

It starts at import, before pytest-django reads the settings. xdist's workers inherit the
address through the environment.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

from tools.postgres import EmbeddedPostgres

if "DATABASE_URL" not in os.environ:
    _folder = Path(tempfile.mkdtemp(prefix="ospg-test-"))
    _folder.chmod(0o711)
    _server = EmbeddedPostgres(_folder / "data", volatile=True)
    os.environ["DATABASE_URL"] = _server.start()
    atexit.register(lambda: (_server.stop(), __import__("shutil").rmtree(_folder, True)))
