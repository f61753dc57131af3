"""The proxy that people install, with `deploy/nginx/orleans-sante.conf`, before the web process."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attack.server import Server
from tools.demo import ROOT
from tools.newcomer import free_port

_CONF = ROOT / "deploy" / "nginx" / "orleans-sante.conf"


@contextmanager
def in_front(server: Server) -> Iterator[int]:
    """Its port."""
    port, folder = free_port(), server.folder / "nginx"
    folder.mkdir(exist_ok=True)
    text = on_loopback(
        _CONF.read_text(encoding="utf-8"), port=port, web_port=server.port, folder=folder
    )
    conf = folder / "nginx.conf"
    conf.write_text(text, encoding="utf-8")
    server.town.start("nginx", [str(shutil.which("nginx")), "-c", str(conf), "-e", "stderr"])
    try:
        server.town.wait_for_first_page(port)
        yield port
    finally:
        server.town.stop("nginx")


def on_loopback(text: str, *, port: int, web_port: int, folder: Path) -> str:
    """The file without what only HTTPS, several processes and the real folders need."""
    text = "upstream" + text.partition("upstream")[2]
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    server 127\.0\.0\.1:800[23] .*\n", "", text)
    text = re.sub(r"    (listen|ssl_certificate\w*) .*\n", "", text)
    for known, ours in (
        ("127.0.0.1:8001", f"127.0.0.1:{web_port}"),
        ("    server_name sante.example.org;", f"    listen 127.0.0.1:{port};"),
        ("/srv/orleans-sante", str(folder)),
        ("/var/cache/nginx/orleans-sante", str(folder / "cache")),
        ("$host;", "127.0.0.1;"),
    ):
        text = text.replace(known, ours)
    return (
        f"daemon off;\nerror_log stderr error;\npid {folder}/nginx.pid;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{text}}}\n"
    )
