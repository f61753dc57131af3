"""What is said to whoever asks for something that cannot be done."""

from __future__ import annotations


class RefusedError(Exception):
    """An act on places or appointments that is not possible; its text is the reason, in French."""
