"""`<insee:insee>` in an address: the code of a commune of the Loiret."""

from __future__ import annotations

from django.urls import register_converter


class InseeConverter:
    regex = "45[0-9]{3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(InseeConverter, "insee")
