"""Somebody at the door of the server under attack: requests as a browser sends them."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.demo.people import DOMAIN
from tests.attack.server import Server
from tests.support.text import plain

_CSRF = "0123456789abcdefghijklmnopqrstuv"  # the cookie and the field agree: that is all it asks


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    cookies: dict[str, str] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The page's source, its entities read and its spaces ordinary."""
        return plain(unescape(self.content.decode(errors="replace")))


class Visitor:
    """Signed in as somebody of the demo town (`login`), or as nobody. Safe among threads.

    `address` is where it comes from, `port` whom it asks: gunicorn, unless it is told another.
    """

    def __init__(
        self,
        server: Server,
        login: str = "",
        *,
        address: str = "192.0.2.1",
        port: int = 0,
        patience: float = 60,
    ) -> None:
        self._port = port or server.port
        self._address = address
        self._patience = patience
        self._cookies = {settings.CSRF_COOKIE_NAME: _CSRF}
        if login:
            self.sign_in(User.objects.get(email=f"{login}@{DOMAIN}"))

    def sign_in(self, user: User) -> None:
        self.user = user
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self._cookies[name] = client.cookies[name].value

    @property
    def cookie_line(self) -> str:
        """As a tool is told it."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def follow(self, answer: Answer) -> Answer:
        """The page that an answer leads to, with what it said to remember."""
        self._cookies |= answer.cookies
        return self.get(answer.headers["Location"])

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: Any) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": _CSRF, **fields}, doseq=True).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def send(self, path: str, field: str, files: list[tuple[str, bytes]], **fields: str) -> Answer:
        """Post a form with files: (name, content) each."""
        body, content_type = self.multipart(field, files, **fields)
        return self._ask("POST", path, body, content_type)

    def multipart(
        self, field: str, files: list[tuple[str, bytes]], **fields: str
    ) -> tuple[bytes, str]:
        """The body of such a form, and its type."""
        mark = uuid4().hex.encode()
        parts = [
            b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value.encode())
            for name, value in {"csrfmiddlewaretoken": _CSRF, **fields}.items()
        ]
        parts += [
            b'Content-Disposition: form-data; name="%s"; filename="%s"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n%s"
            % (field.encode(), name.encode("utf-8", "surrogatepass"), content)
            for name, content in files
        ]
        body = b"".join(b"--%s\r\n%s\r\n" % (mark, part) for part in parts) + b"--%s--\r\n" % mark
        return body, f"multipart/form-data; boundary={mark.decode()}"

    def cut_off(self, path: str, body: bytes, content_type: str, *, after: int) -> None:
        """Begin a form and hang up after so many bytes of its body."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as connection:
            lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in self._headers(content_type).items()]
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body[:after])

    def _ask(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._patience)
        try:
            connection.request(method, path, body or None, self._headers(content_type))
            response = connection.getresponse()
            set_here = SimpleCookie("; ".join(response.headers.get_all("Set-Cookie", [])))
            return Answer(
                response.status,
                dict(response.headers),
                response.read(),
                {name: cookie.value for name, cookie in set_here.items()},
            )
        finally:
            connection.close()

    def _headers(self, content_type: str) -> dict[str, str]:
        headers = {"Cookie": self.cookie_line, "X-Forwarded-For": self._address}
        return headers | ({"Content-Type": content_type} if content_type else {})
