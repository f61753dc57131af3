"""A small clamd on loopback: it speaks INSTREAM as the real one does."""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

# The harmless text that every antivirus takes for a virus, in two parts: this file is scanned too.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd(socketserver.ThreadingTCPServer):
    """`scanned` holds what came in; `answer` overrides the verdict."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"{host!s}:{port}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        if self.rfile.readline() != b"nINSTREAM\n":
            self.wfile.write(b"UNKNOWN COMMAND\n")
            return
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.scanned.append(content)
        verdict = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
        self.wfile.write((self.server.answer or b"stream: " + verdict) + b"\n")


@contextmanager
def running_clamd() -> Iterator[FakeClamd]:
    with FakeClamd() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
