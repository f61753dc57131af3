"""Who may answer the call. Pure: no ORM.

Every rule answers oui, à vérifier or non, with its source and what would change it. The source
sets few conditions: what it leaves open is « à vérifier », never « non ».
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.casefiles.eligibility import Condition, Eligibility, Finding
from apps.core.money import format_euros
from apps.programmes.innovation.choices import BOUND_BY_CONTRACT, OwnerKind

PLAN = "Plan Priorité Santé Loiret, point d’étape de fin 2023"
CONTRACT_LAW = "Loi du 12 avril 2000, article 10-1"


@dataclass(frozen=True, kw_only=True)
class ProposalFacts:
    """What the project's owner said. Empty or None: not answered yet."""

    owner_kind: str
    theme: str  # its label
    serves_loiret: bool | None
    has_contract: bool | None
    asked: Decimal | None = None
    largest_amount: Decimal | None = None  # None: the call sets no limit


def assess(facts: ProposalFacts) -> Eligibility:
    findings = [_owner(facts), _theme(facts), _territory(facts)]
    if facts.owner_kind in BOUND_BY_CONTRACT:
        findings.append(_contract(facts))
    if facts.largest_amount is not None and facts.asked is not None:
        findings.append(_amount(facts.asked, facts.largest_amount))
    return Eligibility(findings=tuple(findings))


def _owner(facts: ProposalFacts) -> Finding:
    """S1, l. 255-258 and 282: CPTS, CCAS, association and SISA were helped."""
    condition = Condition("Porteur", f"{PLAN}, lauréats de 2021 et 2023")
    if not facts.owner_kind:
        return condition.check("Dites-nous qui porte le projet.")
    if facts.owner_kind == OwnerKind.OTHER:
        return condition.check(
            "Le guichet vérifie si votre organisme peut porter un projet.",
            would_change="Un projet porté par un autre organisme.",
        )
    return condition.yes(f"{OwnerKind(facts.owner_kind).label} : peut porter un projet.")


def _theme(facts: ProposalFacts) -> Finding:
    """S1, l. 250-251: the call has themes; which ones is told by each call."""
    condition = Condition("Thème", f"{PLAN}, thèmes de l’appel")
    if not facts.theme:
        return condition.check("Choisissez le thème du projet.")
    return condition.yes(f"Thème : {facts.theme}.")


def _territory(facts: ProposalFacts) -> Finding:
    """S1, l. 249-250: « favoriser l’accès aux soins des Loirétains »."""
    condition = Condition("Habitants", f"{PLAN}, « favoriser l’accès aux soins des Loirétains »")
    if facts.serves_loiret is None:
        return condition.check("Dites-nous si le projet sert les habitants du Loiret.")
    if not facts.serves_loiret:
        return condition.no(
            "L’appel aide les projets qui facilitent l’accès aux soins des habitants du Loiret.",
            would_change="Un projet ouvert aux habitants du Loiret.",
        )
    return condition.yes("Le projet sert les habitants du Loiret.")


def _contract(facts: ProposalFacts) -> Finding:
    """Law 2000-321, art. 10-1: no subsidy to an association that has not subscribed to it."""
    condition = Condition("Contrat d’engagement républicain", CONTRACT_LAW)
    if facts.has_contract is None:
        return condition.check(
            "Dites-nous si l’association a souscrit le contrat d’engagement républicain."
        )
    if not facts.has_contract:
        return condition.no(
            "Une association reçoit une subvention si elle a souscrit le contrat "
            "d’engagement républicain.",
            would_change="La souscription de ce contrat par l’association.",
        )
    return condition.yes("L’association a souscrit le contrat d’engagement républicain.")


def _amount(asked: Decimal, largest: Decimal) -> Finding:
    condition = Condition("Montant", "Règlement de l’appel")
    if asked > largest:
        return condition.no(
            f"L’appel donne {format_euros(largest)} au plus à un projet.",
            would_change=f"Une aide demandée de {format_euros(largest)} au plus.",
        )
    return condition.yes(f"L’aide demandée ne dépasse pas {format_euros(largest)}.")
