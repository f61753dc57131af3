from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty private folder."""
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
