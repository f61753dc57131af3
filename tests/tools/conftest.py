from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that any account can pass, with a space and an accent in its path."""
    with tempfile.TemporaryDirectory(prefix="os été-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    with open_folder() as path:
        yield path
