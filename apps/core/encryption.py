"""Text encrypted with the keys of settings.FIELD_ENCRYPTION_KEYS: AES-128-CBC, signed (Fernet).

The first key encrypts, all of them decrypt: a key is replaced by putting the new one first, then
encrypting everything again (`manage.py rotate_encryption_keys`), then dropping the old one.
Each token is tied to what it belongs to: copied to another row, it does not open.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_SEPARATOR = "\n"


class DecryptionError(Exception):
    """No key of the settings opens this token, or it belongs to something else."""


def encrypt(text: str, *, bound_to: str) -> str:
    """Token of `text` under the first key. `bound_to` names its owner: « bank-details:42 »."""
    return _keys().encrypt(f"{bound_to}{_SEPARATOR}{text}".encode()).decode()


def decrypt(token: str, *, bound_to: str) -> str:
    """The text of a token made for the same `bound_to`. Raises DecryptionError."""
    try:
        owner, _, text = _keys().decrypt(token.encode()).decode().partition(_SEPARATOR)
    except InvalidToken:
        raise DecryptionError("No encryption key of the settings opens this token.") from None
    if owner != bound_to:
        raise DecryptionError("This token belongs to something else.")
    return text


def is_under_first_key(token: str) -> bool:
    """Whether the token needs only the first key."""
    try:
        Fernet(settings.FIELD_ENCRYPTION_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def rotate(token: str) -> str:
    """The same text under the first key. Raises DecryptionError when no key opens it."""
    try:
        return _keys().rotate(token.encode()).decode()
    except InvalidToken:
        raise DecryptionError("No encryption key of the settings opens this token.") from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
