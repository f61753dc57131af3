"""The guichet's pages on personal data: lengths, registers, looks, requests."""

from apps.privacy.admin import looks, periods, register, requests

__all__ = ["looks", "periods", "register", "requests"]
