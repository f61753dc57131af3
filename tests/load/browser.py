"""One visitor's browser: a connection of its own from an address of its own, on one thread for all.

Every address of 127/8 is this machine: throttles count visitors apart, with no header forged.
"""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

_HANGS_UP_AFTER = 60.0
FORM = "application/x-www-form-urlencoded"
_BROKEN = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError)


@dataclass(frozen=True)
class Answer:
    """Status 0: nobody answered."""

    status: int
    headers: dict[str, str]
    content: bytes = b""

    @property
    def is_put_off(self) -> bool:
        return self.status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in self.headers

    @property
    def text(self) -> str:
        plain = self.headers.get("content-encoding") != "gzip"
        return (self.content if plain else gzip.decompress(self.content)).decode(errors="replace")

    @property
    def location(self) -> str:
        address = urlsplit(self.headers.get("location", ""))
        return f"{address.path}?{address.query}" if address.query else address.path


class Browser:
    def __init__(self, port: int, number: int, cookies: dict[str, str]) -> None:
        self._port = port
        self._address = f"127.{1 + number // 62500 % 250}.{number // 250 % 250}.{1 + number % 250}"
        self.cookies = cookies
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", content_type: str = FORM
    ) -> Answer:
        try:
            async with asyncio.timeout(_HANGS_UP_AFTER):
                return await self._ask(method, path, body, content_type)
        except _BROKEN:
            await self.close()
            return Answer(0, {})

    async def close(self) -> None:
        if self._streams:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                "127.0.0.1", self._port, local_addr=(self._address, 0)
            )
        reader, writer = self._streams
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip"]
        lines += [f"Cookie: {cookies}"] if cookies else []
        if method == "POST":
            lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        answer = await self._read(reader)
        if answer.headers.get("connection") == "close":
            await self.close()
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                self._keep(value.strip())
            else:
                headers[name.lower()] = value.strip()
        status = int(head[0].split()[1])
        if headers.get("transfer-encoding") == "chunked":
            content = await _chunks(reader)
        elif status == HTTPStatus.NOT_MODIFIED:
            content = b""
        else:
            content = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(status, headers, content)

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if value.strip('"'):
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)


def form(fields: dict[str, str]) -> bytes:
    return urlencode(fields).encode()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)
