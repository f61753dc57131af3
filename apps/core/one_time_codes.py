"""Codes sent by e-mail and typed on a page: six digits, fifteen minutes, five tries, once.

Whoever sends them keeps a table of its own, with a row's owner; the rules are here, so that no
page is weaker than another. Only a digest is kept. `purpose` names what the code opens: one made
for a file opens no other.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.core.dates import format_datetime

CODE_LENGTH = 6
VALID_FOR = timedelta(minutes=15)
MAX_ATTEMPTS = 5
# One code a minute: an answer to whoever would flood a mailbox.
RESEND_AFTER = timedelta(minutes=1)


class OneTimeCodeQuerySet(models.QuerySet[Any]):
    def sent_just_now(self, at: datetime) -> bool:
        """Whether it is too early to send another one."""
        return self.filter(created_at__gt=at - RESEND_AFTER).exists()

    def issue(self, *, purpose: str, at: datetime, **owner: Any) -> str:
        """A new code for `owner`, in clear for its e-mail and nowhere else."""
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_LENGTH))
        self.create(
            digest=code_digest(purpose, code), created_at=at, expires_at=at + VALID_FOR, **owner
        )
        return code


class OneTimeCode(models.Model):
    """One code that was sent; concrete models add its owner."""

    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = OneTimeCodeQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk} ({format_datetime(self.created_at)})"

    def take(self, code: str, *, purpose: str, at: datetime) -> bool:
        """Whether `code` is this one, fresh and unused; call it on the locked row.

        Side effects: a right code is used up, a wrong one costs an attempt.
        """
        if self.used_at or self.expires_at <= at or self.attempts >= MAX_ATTEMPTS:
            return False
        if not constant_time_compare(self.digest, code_digest(purpose, code.strip())):
            self.attempts += 1
            self.save(update_fields=["attempts"])
            return False
        self.used_at = at
        self.save(update_fields=["used_at"])
        return True


def code_digest(purpose: str, code: str) -> str:
    return salted_hmac(purpose, code, algorithm="sha256").hexdigest()


class OneTimeCodeForm(forms.Form):
    code = forms.CharField(
        label="Code reçu par e-mail",
        help_text=f"{CODE_LENGTH} chiffres, valables 15 minutes.",
        max_length=20,
        widget=forms.TextInput(
            {"class": "w10", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={"required": "Indiquez le code reçu par e-mail."},
    )

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].split())
        if len(code) != CODE_LENGTH or not code.isdecimal():
            raise forms.ValidationError(f"Le code compte {CODE_LENGTH} chiffres.")
        return code

    def refuse(self) -> None:
        """One answer for a wrong, an old and a used code: it tells nothing to who guesses."""
        self.add_error(
            "code", "Ce code n’est pas le bon, ou il n’est plus valable. Demandez-en un autre."
        )
