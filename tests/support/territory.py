"""The real Loiret, loaded from the reference files: 325 communes and their zones."""

from __future__ import annotations

import pytest
from django.conf import settings

from apps.lookups.same_day_lines.management.commands.load_same_day_lines import load_same_day_lines
from apps.territory.management.commands.load_territory import load_territory

REFERENCE = settings.BASE_DIR / "fixtures" / "reference"


@pytest.fixture
def loiret(db: None) -> None:
    load_territory(REFERENCE)


@pytest.fixture
def lines(loiret: None) -> None:
    """The Loiret with its eight same-day lines."""
    load_same_day_lines(REFERENCE)
