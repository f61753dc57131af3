"""An OpenID Connect provider on loopback, with FranceConnect v2's rules, that can also cheat.

Real HTTP and real keys. A test sets what the provider says (`person`, `level`), or how it
misbehaves (`id_token_changes`, `signing_key`, `userinfo_subject`).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.support.client import PortalClient

CLIENT_ID = "orleans-sante"
CLIENT_SECRET = "secret-de-test"
START = "/compte/services/franceconnect/"


class MockIdentityProvider:
    def __init__(self, *, algorithm: str, signs_userinfo: bool) -> None:
        self.algorithm = algorithm
        self.signs_userinfo = signs_userinfo
        self.published_key = make_key(algorithm)
        self.signing_key = self.published_key
        self.person: dict[str, Any] = {
            "sub": "sub-1234",
            "given_name": "Angela",
            "family_name": "Dubois",
            "usual_name": "Dubois",
            "email": "angela@exemple.fr",
            # FranceConnect may say more than was asked: nothing of it may be kept.
            "birthdate": "1962-08-24",
        }
        self.level = "eidas1"
        self.issuer = ""
        self.userinfo_subject = "sub-1234"
        self.id_token_changes: dict[str, Any] = {}
        self.nonces: dict[str, str] = {}
        self.token_requests: list[dict[str, str]] = []

    def authorize(self, url: str) -> str:
        """What the person's browser would bring back from `url`: a code for its request."""
        asked = query(url)
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = asked["nonce"]
        return code

    def configuration(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
        }

    def jwks(self) -> dict[str, Any]:
        algorithm = jwt.get_algorithm_by_name(self.algorithm)
        public = json.loads(algorithm.to_jwk(self.published_key.public_key()))
        return {"keys": [{**public, "kid": "key-1", "alg": self.algorithm, "use": "sig"}]}

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        self.token_requests.append(form)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": self.person["sub"],
            "nonce": self.nonces[form["code"]],
            "acr": self.level,
            "iat": now,
            "exp": now + 60,
            **self.id_token_changes,
        }
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.sign(claims)}

    def userinfo(self) -> dict[str, Any]:
        return {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            **self.person,
            "sub": self.userinfo_subject,
        }

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.signing_key, self.algorithm, headers={"kid": "key-1"})


def make_key(algorithm: str) -> Any:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@contextmanager
def serving(provider: MockIdentityProvider) -> Iterator[MockIdentityProvider]:
    """Serve `provider` in a thread, on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/api/v2/.well-known/openid-configuration":
                self.answer(json.dumps(provider.configuration()))
            elif path == "/api/v2/jwks":
                self.answer(json.dumps(provider.jwks()))
            elif path == "/api/v2/userinfo" and provider.signs_userinfo:
                self.answer(provider.sign(provider.userinfo()), "application/jwt")
            elif path == "/api/v2/userinfo":
                self.answer(json.dumps(provider.userinfo()))
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if form.get("client_secret") != CLIENT_SECRET or form["code"] not in provider.nonces:
                self.send_error(401)
            else:
                self.answer(json.dumps(provider.token(form)))

        def answer(self, body: str, content_type: str = "application/json") -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: Any) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}/api/v2"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def switched_on(provider: MockIdentityProvider) -> dict[str, Any]:
    return {
        "APPS": [
            {
                "client_id": CLIENT_ID,
                "secret": CLIENT_SECRET,
                "settings": {"server_url": provider.issuer},
            }
        ]
    }


def come_back(
    client: PortalClient, provider: MockIdentityProvider, start: str = START, **changes: str
) -> Any:
    """Leave for the provider and come back with its code (or with `changes` in the answer)."""
    leaving = client.post(start)
    assert leaving.status_code == 302
    answer = {
        "code": provider.authorize(leaving.url),
        "state": query(leaving.url)["state"],
        **changes,
    }
    return client.get(f"{start.partition('?')[0]}retour/?{urlencode(answer)}")
