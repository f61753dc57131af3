"""The mail server of the town under attack: a file a message, or nobody when it is down."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolder(BaseEmailBackend):
    def open(self) -> bool:
        if (Path(os.environ["MAIL_FOLDER"]) / "down").exists():
            raise ConnectionRefusedError("the mail server is down")
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(os.environ["MAIL_FOLDER"])
        for message in email_messages:
            (folder / f"{uuid4()}.eml").write_bytes(message.message().as_bytes())
        return len(email_messages)


def received(folder: Path) -> Counter[str]:
    """How often each Message-ID came."""
    found: Counter[str] = Counter()
    for path in folder.glob("*.eml"):
        for line in path.read_text(errors="replace").splitlines():
            if line.lower().startswith("message-id:"):
                found[line.partition(":")[2].strip()] += 1
                break
    return found
