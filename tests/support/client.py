"""The test client of every test: it fails on faults that a browser would only show later."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client, TestCase

from tests.support.html import html_faults


class PortalClient(Client):
    """Django's client, which also

    - refuses inline scripts, styles and handlers, and template syntax in a page,
    - runs what the view left for after the commit (`transaction.on_commit`), which a test's own
      transaction would otherwise hide.
    """

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = super().request(**request)
        if _is_page(response):
            faults = html_faults(response.content.decode())
            assert not faults, f"{request.get('PATH_INFO', '')}: " + "; ".join(faults)
        return response


def _is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")
