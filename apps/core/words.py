"""Labels and numbers put into a sentence."""

from __future__ import annotations

from apps.core.money import NO_BREAK_SPACE


def lower_first(label: str) -> str:
    """« certificat de scolarité »; a word all in capitals stays so."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def grouped(number: int) -> str:
    """« 1 000 000 », with no-break spaces."""
    return f"{number:,}".replace(",", NO_BREAK_SPACE)
