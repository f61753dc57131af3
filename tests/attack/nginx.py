"""The proxy that people install, before the web process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.attack.server import Server
from tests.fleet import proxy
from tools.newcomer import free_port


@contextmanager
def in_front(server: Server) -> Iterator[int]:
    """Its port."""
    port, folder = free_port(), server.folder / "nginx"
    folder.mkdir(exist_ok=True)
    proxy.configure(folder, port, [server.port])
    server.town.start("nginx", proxy.command(folder))
    try:
        server.town.wait_for_first_page(port)
        yield port
    finally:
        server.town.stop("nginx")
