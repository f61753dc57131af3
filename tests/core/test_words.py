from __future__ import annotations

import pytest

from apps.core.words import lower_first


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Certificat de scolarité", "certificat de scolarité"),
        ("Infirmier en pratique avancée (IPA)", "infirmier en pratique avancée (IPA)"),
        ("RIB", "RIB"),
        ("", ""),
    ],
)
def test_a_label_in_a_sentence_loses_its_capital_only(label: str, words: str) -> None:
    assert lower_first(label) == words
