"""The demo's settings, plus the floor pages that ours are compared with."""

from pathlib import Path

from orleans_sante.settings.base import TEMPLATES
from orleans_sante.settings.demo import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
