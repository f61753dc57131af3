"""nginx as people install it: deploy/'s own file, without what only HTTPS and its folders need."""

from __future__ import annotations

import grp
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tools.demo import ROOT

INSTALLED = ROOT / "deploy" / "nginx" / "orleans-sante.conf"
MISSING = "nginx is missing: install it (on Debian: `apt-get install nginx-light`)."
_REDIRECT = re.compile(r"server \{\n    listen 80;.*?\n\}\n", flags=re.DOTALL)
_SERVER = re.compile(r"    server 127\.0\.0\.1:\d+ ([^;]*);\n")


def find_nginx() -> str:
    """Where it is; empty when it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def command(folder: Path) -> list[str]:
    return [find_nginx(), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def configure(folder: Path, port: int, webs: Sequence[int], *, resting: int = 0) -> None:
    """Write nginx.conf: listen on `port`, before the web processes on the ports `webs`; the one
    on `resting` is given nothing."""
    text = _REDIRECT.sub("", INSTALLED.read_text(encoding="utf-8"))
    options = _SERVER.search(text)
    assert options
    servers = "".join(
        f"    server 127.0.0.1:{web} {options[1]}{' down' if web == resting else ''};\n"
        for web in webs
    )
    text = _SERVER.sub("", text).replace("    least_conn;\n", f"    least_conn;\n{servers}", 1)
    text = re.sub(r"    (listen|ssl_certificate\w*) .*\n", "", text)
    text = text.replace("    server_name sante.example.org;", f"    listen 127.0.0.1:{port};", 1)
    text = text.replace("/srv/orleans-sante", str(folder))
    text = text.replace("/var/cache/nginx/orleans-sante", str(folder / "cache"))
    text = text.replace("$host;", "127.0.0.1;")
    # As root, nginx reads the private files by its group alone, as deploy/ says.
    account = "" if os.geteuid() else f"user nobody {grp.getgrgid(os.getegid()).gr_name};\n"
    (folder / "nginx.conf").write_text(
        f"{account}daemon off;\nworker_processes auto;\nworker_rlimit_nofile 16384;\n"
        f"error_log stderr error;\npid {folder}/nginx.pid;\nevents {{ worker_connections 8192; }}\n"
        f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{text}}}\n",
        encoding="utf-8",
    )
