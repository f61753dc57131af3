"""Who may have the installation aid. Pure: no ORM.

Every rule answers oui, à vérifier or non, with its source and what would change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.casefiles.eligibility import Condition, Eligibility, Finding
from apps.core.dates import format_date
from apps.programmes.installation.professions import PROFESSIONS

PLAN = "Plan Priorité Santé Loiret, point d’étape de fin 2023"

# Default when staff set no rule for a profession (product.md, « Law »): every zone counts, save
# where professionals are already many. Outside any zone, none counts (CGCT L1511-8).
EXCLUDED_ZONES = frozenset({"tres_dotee", "sur_dotee", "hors_zonage"})


@dataclass(frozen=True, kw_only=True)
class ZoneFact:
    """The zone of the place for the profession, as frozen or as read on the day."""

    zone_class: str
    label: str
    valid_from: date
    source: str
    is_earliest_known: bool = False


@dataclass(frozen=True, kw_only=True)
class InstallationFacts:
    """What the applicant said. None: not answered yet."""

    profession: str
    commune: str  # its name, for the sentences
    on: date
    is_first_installation: bool | None
    has_other_aid: bool | None


def assess(
    facts: InstallationFacts,
    zone: ZoneFact | None,
    *,
    eligible_zones: frozenset[str] | None = None,
) -> Eligibility:
    """Read every rule. `eligible_zones`: the classes set by staff, None for the default."""
    return Eligibility(
        findings=(
            _profession(facts),
            _first_installation(facts),
            _zone(facts, zone, eligible_zones),
            _other_aid(facts),
        )
    )


def _profession(facts: InstallationFacts) -> Finding:
    """S1, l. 98-103."""
    profession = PROFESSIONS[facts.profession]
    condition = Condition("Profession", f"{PLAN}, liste des professions")
    words = f"{profession.label} : l’aide est ouverte depuis {profession.eligible_since}."
    if facts.on.year < profession.eligible_since:
        would_change = f"Une demande faite à partir de {profession.eligible_since}."
        return condition.no(words, would_change=would_change)
    return condition.yes(words)


def _first_installation(facts: InstallationFacts) -> Finding:
    """S1, l. 95: « aide à la primo-installation »."""
    condition = Condition("Première installation", f"{PLAN}, « aide à la primo-installation »")
    if facts.is_first_installation is None:
        return condition.check("Dites-nous si c’est votre première installation.")
    if not facts.is_first_installation:
        return condition.no(
            "L’aide est réservée à une première installation.",
            would_change="Rien : parlez au guichet des autres aides possibles.",
        )
    return condition.yes("C’est une première installation.")


def zone_opens(zone_class: str, eligible_zones: frozenset[str] | None) -> bool:
    """Whether a class opens the aid; `eligible_zones` as set by staff, None for the default."""
    if eligible_zones is None:
        return zone_class not in EXCLUDED_ZONES
    return zone_class in eligible_zones


def _zone(
    facts: InstallationFacts, zone: ZoneFact | None, eligible_zones: frozenset[str] | None
) -> Finding:
    """S1, l. 103-105, CGCT L1511-8 and CSP L1434-4: aids only where care is lacking."""
    profession = PROFESSIONS[facts.profession]
    if profession.zoning is None:
        return Condition("Zone", "Code de la santé publique, article L1434-4").check(
            f"{profession.label} : il n’existe pas de zonage officiel. "
            "Le guichet vérifie le besoin.",
            would_change="L’avis du guichet sur le besoin local.",
        )
    if zone is None:
        return Condition(
            "Zone", "Code général des collectivités territoriales, article L1511-8"
        ).no(
            f"{facts.commune} n’est dans aucune zone pour cette profession.",
            would_change="Un lieu d’exercice dans une zone aidée.",
        )
    words = f"{facts.commune} : {zone.label.lower()}{_zone_date(zone)}."
    if not zone_opens(zone.zone_class, eligible_zones):
        return Condition("Zone", zone.source).no(
            f"{words} L’aide n’y est pas ouverte.",
            would_change="Un lieu d’exercice dans une zone aidée.",
        )
    return Condition("Zone", zone.source).yes(words)


def _zone_date(zone: ZoneFact) -> str:
    if zone.is_earliest_known:
        # The exports are of 2025: for an earlier day, say which zoning was read.
        return (
            f", d’après le plus ancien zonage connu ({format_date(zone.valid_from)}), "
            "postérieur à la date demandée"
        )
    return ""


def _other_aid(facts: InstallationFacts) -> Finding:
    """S1, l. 104: « lorsque l’ARS n’intervient pas »."""
    condition = Condition("Autres aides", f"{PLAN}, « lorsque l’ARS n’intervient pas »")
    if facts.has_other_aid is None:
        return condition.check("Dites-nous si l’ARS ou l’Assurance maladie vous aide déjà.")
    if facts.has_other_aid:
        return condition.check(
            "Vous avez déjà une aide de l’ARS ou de l’Assurance maladie. "
            "Le guichet vérifie si les deux aides se cumulent.",
            would_change="La nature et le montant de l’autre aide.",
        )
    return condition.yes("Aucune aide de l’ARS ou de l’Assurance maladie déclarée.")
