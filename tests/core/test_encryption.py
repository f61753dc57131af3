"""Text encrypted with keys that can be replaced; a token belongs to its row."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from apps.core.encryption import DecryptionError, decrypt, encrypt, is_under_first_key, rotate

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TEXT = "FR1420041010050500013M02606"


@pytest.fixture
def token(settings: Settings) -> str:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    return encrypt(TEXT, bound_to="bank-details:1")


def test_text_comes_back_and_is_not_in_the_token(token: str) -> None:
    assert decrypt(token, bound_to="bank-details:1") == TEXT
    assert TEXT not in token
    assert encrypt(TEXT, bound_to="bank-details:1") != token


def test_token_of_another_row_does_not_open(token: str) -> None:
    with pytest.raises(DecryptionError, match="belongs to something else"):
        decrypt(token, bound_to="bank-details:2")


def test_wrong_key_opens_nothing(token: str, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(DecryptionError, match="No encryption key"):
        decrypt(token, bound_to="bank-details:1")
    with pytest.raises(DecryptionError, match="No encryption key"):
        rotate(token)


def test_altered_token_does_not_open(token: str) -> None:
    middle = len(token) // 2
    altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    with pytest.raises(DecryptionError):
        decrypt(altered, bound_to="bank-details:1")


def test_key_is_replaced_without_losing_anything(token: str, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(token, bound_to="bank-details:1") == TEXT
    assert not is_under_first_key(token)

    renewed = rotate(token)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert is_under_first_key(renewed)
    assert decrypt(renewed, bound_to="bank-details:1") == TEXT
