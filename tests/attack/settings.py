"""The demo's settings, with a database that can be killed at any write, mail in a folder, and a
clock that can be set wrong while everything runs."""

from contextlib import suppress
from datetime import datetime, timedelta
from os import environ
from pathlib import Path

from apps.core import clock
from orleans_sante.settings.demo import *  # noqa: F403
from orleans_sante.settings.demo import DATABASES

DATABASES["default"]["ENGINE"] = "tests.attack.faulty"
DELIVERY_EMAIL_BACKEND = "tests.attack.mail.MailFolder"
# Each visitor says where it comes from, as nginx does: an attacker has many addresses.
ALLAUTH_TRUSTED_PROXY_COUNT = 1

_right_now = clock.now


def _now() -> datetime:
    """As far off as the file says, in seconds (outages.py)."""
    with suppress(FileNotFoundError):
        return _right_now() + timedelta(seconds=int(Path(environ["FAULTS"], "clock").read_text()))
    return _right_now()


if environ["FAULTED_PROCESS"] in {"web", "worker"}:
    clock.now = _now
