"""The real Loiret, loaded from the reference files."""

from __future__ import annotations

import pytest
from django.conf import settings

from apps.lookups.same_day_lines.management.commands.load_same_day_lines import load_same_day_lines
from apps.territory.management.commands.load_territory import load_communes, load_territory
from tests.support.kept_rows import KeptRows

REFERENCE = settings.BASE_DIR / "fixtures" / "reference"

_COMMUNES = KeptRows(lambda: load_communes(REFERENCE))
_LOIRET = KeptRows(lambda: load_territory(REFERENCE))
_LINES = KeptRows(lambda: load_same_day_lines(REFERENCE))


@pytest.fixture
def communes(db: None) -> None:
    """The 325 communes, without their zones, which take longest to load."""
    _COMMUNES.put()


@pytest.fixture
def loiret(db: None) -> None:
    """The communes and their zones."""
    _LOIRET.put()


@pytest.fixture
def lines(communes: None) -> None:
    """The communes and their eight same-day lines."""
    _LINES.put()
