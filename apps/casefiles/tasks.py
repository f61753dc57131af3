"""Background jobs of the case files."""

from __future__ import annotations

from procrastinate.contrib.django import app

from apps.casefiles import follow_up


@app.task(name="casefiles.send_follow_up_code", queue="emails")
def send_follow_up_code(*, reference: str, address: str) -> None:
    """`address` is follow_up.address_digest of what was typed."""
    follow_up.send_code(reference, address)
