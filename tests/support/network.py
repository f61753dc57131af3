"""No test leaves this machine: only loopback and Unix sockets may be reached.

libpq and Chromium open their sockets outside Python: this guards our own code, and
tests/support/browser.py guards the pages.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

_LOCAL_NAMES = {"", "localhost", "testserver"}


class OutboundNetworkError(RuntimeError):
    """A test tried to reach another machine."""


def refuse_outbound_network(patch: pytest.MonkeyPatch) -> None:
    """Make connect, connect_ex, sendto and name look-ups refuse anything but this machine."""
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _guard_address(getattr(socket.socket, name)))
    patch.setattr(socket.socket, "sendto", _guard_sendto(socket.socket.sendto))
    patch.setattr(socket, "getaddrinfo", _guard_lookup(socket.getaddrinfo))


def _guard_address(original: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        _require_local(self.family, address)
        return original(self, address)

    return guarded


def _guard_sendto(original: Any) -> Any:
    def guarded(self: socket.socket, data: Any, *flags_and_address: Any) -> Any:
        _require_local(self.family, flags_and_address[-1])
        return original(self, data, *flags_and_address)

    return guarded


def _guard_lookup(original: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _require_local_host(host)
        return original(host, *args, **kwargs)

    return guarded


def _require_local(family: int, address: Any) -> None:
    if family in {socket.AF_INET, socket.AF_INET6}:
        _require_local_host(address[0])


def _require_local_host(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in _LOCAL_NAMES:
        return
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        address = None
    # 0.0.0.0 is what servers bind to.
    if address is None or not (address.is_loopback or address.is_unspecified):
        raise OutboundNetworkError(f"A test tried to reach {name}: tests stay on this machine.")
