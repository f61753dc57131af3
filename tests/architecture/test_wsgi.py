"""What gunicorn loads once, before its workers fork."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.architecture.source import ROOT

LOADED = """
import gc, json, threading
import orleans_sante.wsgi
from django.db import connection
from django.urls import get_resolver
told = {
    "frozen": gc.get_freeze_count(),
    "threads": threading.active_count(),
    "connected": connection.connection is not None,
    "addresses_are_read": get_resolver()._populated,
}
print(json.dumps(told))
"""


def test_workers_share_what_is_loaded_and_no_connection() -> None:
    run = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout)

    assert told.pop("frozen") > 100_000
    assert told == {"threads": 1, "connected": False, "addresses_are_read": True}
