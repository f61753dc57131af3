"""Ask ClamAV (clamd, INSTREAM) whether a file is clean."""

from __future__ import annotations

from typing import BinaryIO

import clamd

_TIMEOUT_SECONDS = 60
_DEFAULT_PORT = 3310


class ScannerUnavailableError(RuntimeError):
    """clamd does not answer, or not with a verdict: try again later."""


def find_threat(stream: BinaryIO, *, address: str) -> str:
    """Name of the threat found in `stream`, or "" when it is clean.

    `address` is « host:port » or the path of a Unix socket.
    Raises ScannerUnavailableError.
    """
    try:
        answer = _connect(address).instream(stream)
    except (clamd.ClamdError, OSError) as error:
        raise ScannerUnavailableError(f"clamd at {address}: {error}") from error
    status, threat = (answer or {}).get("stream", ("", ""))
    match status:
        case "OK":
            return ""
        case "FOUND":
            return str(threat)
        case _:
            raise ScannerUnavailableError(f"clamd at {address} answered {answer!r}")


def _connect(address: str) -> clamd.ClamdNetworkSocket:
    if address.startswith("/"):
        return clamd.ClamdUnixSocket(address, timeout=_TIMEOUT_SECONDS)
    host, _, port = address.rpartition(":")
    if not host:
        host, port = address, str(_DEFAULT_PORT)
    return clamd.ClamdNetworkSocket(host.strip("[]"), int(port), timeout=_TIMEOUT_SECONDS)
