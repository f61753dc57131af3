"""How long the copies that people ask for are kept."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core.retention import Length, RetentionRule, Unit, retains
from apps.privacy.packs import RULE, forget_packs


@retains
def pack_rules() -> Iterator[RetentionRule]:
    yield RetentionRule(
        code=RULE,
        group="Comptes",
        label="Copies de données à télécharger",
        starts="après leur préparation",
        default=Length(number=7, unit=Unit.DAY),
        source="Réglage du portail : le lien s’éteint après une semaine.",
        forget=forget_packs,
    )
    yield RetentionRule(
        code="privacy.register",
        group="Comptes",
        label="Registre des effacements, qui ne nomme personne",
        starts="après l’effacement",
        default=None,
    )
