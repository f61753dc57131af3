"""The demo's settings, plus the floor pages that ours are compared with."""

from pathlib import Path

from orleans_sante.settings.base import TEMPLATES, THROTTLES
from orleans_sante.settings.demo import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
# The bench asks for as much as the page can give: counted as for anybody, and never refused.
THROTTLES = THROTTLES | {"simulator": "1000000/m/ip", "export": "1000000/m/key"}
