"""What a bare machine is told before anything is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def test_old_python_is_told_how_to_give_another(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer .*python3 is 3\.9: .*PYTHON="):
        bootstrap.main("base")


def test_missing_venv_module_is_told_what_to_install(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_venv = checkout / "python3"
    without_venv.write_text("#!/bin/sh\nexit 1\n")
    without_venv.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(without_venv))
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        bootstrap.main("base")


def test_linked_environment_is_left_alone(checkout: Path) -> None:
    (checkout / "other").mkdir()
    bootstrap.VENV.symlink_to(checkout / "other")
    bootstrap.main("dev")
    assert list((checkout / "other").iterdir()) == []
