"""Find a Chromium for the browser tests; run as a command, install Debian's where none is.

Order: CHROMIUM, the machine's own, Playwright's own, then (root on Debian only) apt-get. Without
any, the browser tests are skipped, never in CI. The headless shell, Chromium without the windows
around its pages, comes first: it takes an eighth to a quarter less of the processor's time. What a
visitor feels between pages is tested in a whole one, which has the memory of those before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SHELL = "chromium-headless-shell"
_WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Debian's: not every release has the first, which most tests are driven in.
_PACKAGES = (_SHELL, "chromium")


def find_chromium(*, whole: bool = False) -> Path | None:
    """The executable to drive, or None; `whole` leaves out the headless shell."""
    given = os.environ.get("CHROMIUM", "")
    if given and not (whole and given.endswith("shell")):
        return Path(given)
    for name in _WHOLE if whole else (_SHELL, *_WHOLE):
        if found := shutil.which(name):
            return Path(found)
    return _playwrights_own(whole=whole)


def _playwrights_own(*, whole: bool) -> Path | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    shells = cache.glob("chromium_headless_shell-*/*/*headless*shell")
    builds = [
        *cache.glob("chromium-*/chrome-linux*/chrome"),
        *cache.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"),
    ]
    return max(() if whole else shells, default=None) or max(builds, default=None)


def main() -> None:
    if find_chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("No Chromium for the browser tests: installing Debian's…", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["update", "-qq"],
            *(["install", "-qq", "--no-install-recommends", package] for package in _PACKAGES),
        ):
            subprocess.run(["apt-get", *command], check=False, env=environment, stdout=2)
    if find_chromium():
        return
    if os.environ.get("CI"):
        raise SystemExit("No Chromium: the browser tests cannot run (CHROMIUM=/path to give one).")
    print("No Chromium: the browser tests are skipped (CHROMIUM=/path to give one).")


if __name__ == "__main__":
    main()
