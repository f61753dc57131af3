"""Labels put into a sentence."""

from __future__ import annotations


def lower_first(label: str) -> str:
    """« certificat de scolarité »; a word all in capitals stays so."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
