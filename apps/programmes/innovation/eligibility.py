"""Who may answer the call. Pure: no ORM.

Every rule answers oui, à vérifier or non, with its source and what would change it. The source
sets few conditions: what it leaves open is « à vérifier », never « non ».
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.casefiles.eligibility import Answer, Eligibility, Finding
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
    source = f"{PLAN}, lauréats de 2021 et 2023"
    if not facts.owner_kind:
        return _unanswered("Porteur", "Dites-nous qui porte le projet.", source)
    if facts.owner_kind == OwnerKind.OTHER:
        return Finding(
            rule="Porteur",
            answer=Answer.CHECK,
            explanation="Le guichet vérifie si votre organisme peut porter un projet.",
            source=source,
            what_would_change="Un projet porté par un autre organisme.",
        )
    return Finding(
        rule="Porteur",
        answer=Answer.YES,
        explanation=f"{OwnerKind(facts.owner_kind).label} : peut porter un projet.",
        source=source,
    )


def _theme(facts: ProposalFacts) -> Finding:
    """S1, l. 250-251: the call has themes; which ones is told by each call."""
    source = f"{PLAN}, thèmes de l’appel"
    if not facts.theme:
        return _unanswered("Thème", "Choisissez le thème du projet.", source)
    return Finding(
        rule="Thème", answer=Answer.YES, explanation=f"Thème : {facts.theme}.", source=source
    )


def _territory(facts: ProposalFacts) -> Finding:
    """S1, l. 249-250: « favoriser l’accès aux soins des Loirétains »."""
    return _condition(
        "Habitants",
        facts.serves_loiret,
        unanswered="Dites-nous si le projet sert les habitants du Loiret.",
        no="L’appel aide les projets qui facilitent l’accès aux soins des habitants du Loiret.",
        what_would_change="Un projet ouvert aux habitants du Loiret.",
        yes="Le projet sert les habitants du Loiret.",
        source=f"{PLAN}, « favoriser l’accès aux soins des Loirétains »",
    )


def _contract(facts: ProposalFacts) -> Finding:
    """Law 2000-321, art. 10-1: no subsidy to an association that has not subscribed to it."""
    return _condition(
        "Contrat d’engagement républicain",
        facts.has_contract,
        unanswered="Dites-nous si l’association a souscrit le contrat d’engagement républicain.",
        no="Une association reçoit une subvention si elle a souscrit le contrat d’engagement "
        "républicain.",
        what_would_change="La souscription de ce contrat par l’association.",
        yes="L’association a souscrit le contrat d’engagement républicain.",
        source=CONTRACT_LAW,
    )


def _condition(
    rule: str,
    is_met: bool | None,
    *,
    unanswered: str,
    no: str,
    what_would_change: str,
    yes: str,
    source: str,
) -> Finding:
    if is_met is None:
        return _unanswered(rule, unanswered, source)
    if not is_met:
        return Finding(
            rule=rule,
            answer=Answer.NO,
            explanation=no,
            source=source,
            what_would_change=what_would_change,
        )
    return Finding(rule=rule, answer=Answer.YES, explanation=yes, source=source)


def _amount(asked: Decimal, largest: Decimal) -> Finding:
    source = "Règlement de l’appel"
    if asked > largest:
        return Finding(
            rule="Montant",
            answer=Answer.NO,
            explanation=f"L’appel donne {format_euros(largest)} au plus à un projet.",
            source=source,
            what_would_change=f"Une aide demandée de {format_euros(largest)} au plus.",
        )
    return Finding(
        rule="Montant",
        answer=Answer.YES,
        explanation=f"L’aide demandée ne dépasse pas {format_euros(largest)}.",
        source=source,
    )


def _unanswered(rule: str, explanation: str, source: str) -> Finding:
    return Finding(rule=rule, answer=Answer.CHECK, explanation=explanation, source=source)
