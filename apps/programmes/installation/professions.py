"""The eleven professions of the installation aid. Pure: no ORM.

S1, l. 98-103: six professions since 2017, five more since 2022. `zoning` is the ARS zoning that
applies (territory.Zone), None for a profession without one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Profession:
    slug: str
    label: str
    zoning: str | None
    eligible_since: int  # year: the source gives no day


_ALL = (
    Profession(
        slug="medecin-generaliste",
        label="Médecin généraliste",
        zoning="medecin",
        eligible_since=2017,
    ),
    Profession(
        slug="medecin-specialiste",
        label="Médecin spécialiste",
        zoning="medecin",
        eligible_since=2022,
    ),
    Profession(slug="sage-femme", label="Sage-femme", zoning="sage-femme", eligible_since=2017),
    Profession(
        slug="masseur-kinesitherapeute",
        label="Masseur-kinésithérapeute",
        zoning="masseur-kinesitherapeute",
        eligible_since=2017,
    ),
    Profession(slug="infirmier", label="Infirmier", zoning="infirmier", eligible_since=2017),
    Profession(
        slug="chirurgien-dentiste",
        label="Chirurgien-dentiste",
        zoning="chirurgien-dentiste",
        eligible_since=2017,
    ),
    Profession(slug="pharmacien", label="Pharmacien", zoning=None, eligible_since=2017),
    Profession(
        slug="orthophoniste", label="Orthophoniste", zoning="orthophoniste", eligible_since=2022
    ),
    Profession(
        slug="pedicure-podologue", label="Pédicure-podologue", zoning=None, eligible_since=2022
    ),
    Profession(slug="orthoptiste", label="Orthoptiste", zoning=None, eligible_since=2022),
    Profession(
        slug="infirmier-pratique-avancee",
        label="Infirmier en pratique avancée (IPA)",
        zoning="infirmier",
        eligible_since=2022,
    ),
)

PROFESSIONS: dict[str, Profession] = {profession.slug: profession for profession in _ALL}
CHOICES: list[tuple[str, str]] = [(profession.slug, profession.label) for profession in _ALL]
