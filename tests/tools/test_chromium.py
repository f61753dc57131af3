"""Where no Chromium can be had: browser tests are skipped with one clear line, never in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import chromium


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing on the path, nothing of Playwright's, and no right to install."""
    for name in ("CHROMIUM", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 1000)


def test_without_a_chromium_says_that_the_browser_tests_are_skipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chromium.main()
    assert capsys.readouterr().out.startswith("No Chromium: the browser tests are skipped")


def test_without_a_chromium_ci_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="No Chromium: the browser tests cannot run"):
        chromium.main()


def test_chromium_of_playwright_is_found(tmp_path: Path) -> None:
    executable = tmp_path / "chromium-1200" / "chrome-linux" / "chrome"
    executable.parent.mkdir(parents=True)
    executable.touch()
    assert chromium.find_chromium() == executable


def test_headless_shell_comes_first_unless_a_whole_browser_is_asked_for(tmp_path: Path) -> None:
    shell, whole = tmp_path / "chromium-headless-shell", tmp_path / "chromium"
    for executable in (shell, whole):
        executable.touch(mode=0o755)

    assert chromium.find_chromium() == shell
    assert chromium.find_chromium(whole=True) == whole


@pytest.mark.parametrize(
    "shell",
    [
        "chromium_headless_shell-1187/chrome-linux/headless_shell",
        "chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_headless_shell_of_playwright_is_found(tmp_path: Path, shell: str) -> None:
    for path in (shell, "chromium-1200/chrome-linux/chrome"):
        executable = tmp_path / path
        executable.parent.mkdir(parents=True)
        executable.touch()

    assert chromium.find_chromium() == tmp_path / shell
    assert chromium.find_chromium(whole=True) == tmp_path / "chromium-1200/chrome-linux/chrome"


def test_debian_without_the_shell_still_gets_a_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = tmp_path / "asked"
    apt_get = tmp_path / "apt-get"
    apt_get.write_text(
        f"""#!/bin/sh
echo "$@" >> {asked}
case "$*" in
*" chromium-headless-shell") exit 100;;
*" chromium") : > {tmp_path}/chromium; /bin/chmod +x {tmp_path}/chromium;;
esac
"""
    )
    apt_get.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: 0)

    chromium.main()

    assert [line.split()[-1] for line in asked.read_text().splitlines()] == [
        *("-qq", "chromium-headless-shell", "chromium"),
    ]
    assert chromium.find_chromium() == tmp_path / "chromium"


def test_chromium_that_is_given_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "mine"))
    assert chromium.find_chromium() == tmp_path / "mine"
    assert chromium.find_chromium(whole=True) == tmp_path / "mine"


def test_headless_shell_that_is_given_is_no_whole_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chrome-headless-shell"))
    assert chromium.find_chromium() == tmp_path / "chrome-headless-shell"
    assert chromium.find_chromium(whole=True) is None
