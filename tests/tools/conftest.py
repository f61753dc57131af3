from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.postgres import temporary_folder

_HARD_TO_PASS = "os été-"  # a space and an accent in its path


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder(_HARD_TO_PASS) as path:
        yield path


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    with temporary_folder(_HARD_TO_PASS) as path:
        yield path
