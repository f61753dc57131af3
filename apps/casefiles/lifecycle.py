"""The table of moves: the only way a case file changes state (product.md, « The case file »).

Pure data. From it come `transitions.perform`, the database trigger that refuses any other
move, the buttons of the back office and docs/lifecycle.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.casefiles.enums import CaseFileState as S
from apps.casefiles.enums import DecisionRoute


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One move.

    `permission` names a predicate of permissions.py. `requirement` says in French what must be
    true before (checked by requirements.py and by the programme). `email` is the kind of
    message queued to the applicant, empty for none. `route` limits the move to the programmes
    decided that way.
    """

    name: str
    label: str
    past_label: str
    sources: tuple[S, ...]
    target: S
    permission: str
    requirement: str = ""
    comment_required: bool = False
    email: str = ""
    route: DecisionRoute | None = None


_BEFORE_DECISION = (S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.UNDER_REVIEW, S.PROPOSED, S.SCHEDULED)

_TABLE = (
    Transition(
        name="submit",
        label="Envoyer la demande",
        past_label="Demande déposée",
        sources=(S.DRAFT,),
        target=S.SUBMITTED,
        permission="applicant_or_agent",
        requirement="toutes les étapes terminées, pièces obligatoires jointes ou annoncées, "
        "conditions non contredites",
        email="casefile-receipt",
    ),
    Transition(
        name="request_changes",
        label="Demander des corrections",
        past_label="Corrections demandées",
        sources=(S.SUBMITTED, S.UNDER_REVIEW),
        target=S.INCOMPLETE,
        permission="caseworker",
        requirement="les réponses ou pièces à reprendre, pourquoi, et pour quand",
        email="casefile-changes-requested",
    ),
    Transition(
        name="resubmit",
        label="Envoyer les corrections",
        past_label="Corrections envoyées",
        sources=(S.INCOMPLETE,),
        target=S.SUBMITTED,
        permission="applicant_or_agent",
        requirement="chaque point demandé a sa réponse",
        email="casefile-resubmitted",
    ),
    Transition(
        name="start_review",
        label="Prendre en charge",
        past_label="Dossier pris en charge",
        sources=(S.SUBMITTED,),
        target=S.UNDER_REVIEW,
        permission="caseworker",
    ),
    Transition(
        name="propose",
        label="Proposer une décision",
        past_label="Décision proposée",
        sources=(S.UNDER_REVIEW,),
        target=S.PROPOSED,
        permission="caseworker",
        requirement="accorder avec un montant, ou refuser avec un motif",
    ),
    Transition(
        name="return_to_review",
        label="Renvoyer à l’instruction",
        past_label="Proposition renvoyée à l’instruction",
        sources=(S.PROPOSED, S.SCHEDULED),
        target=S.UNDER_REVIEW,
        permission="head",
        comment_required=True,
    ),
    Transition(
        name="schedule",
        label="Inscrire en commission",
        past_label="Inscrit en commission",
        sources=(S.PROPOSED,),
        target=S.SCHEDULED,
        permission="head_other_than_proposer",
        requirement="une commission à venir",
        email="casefile-scheduled",
        route=DecisionRoute.COMMISSION,
    ),
    Transition(
        name="grant",
        label="Enregistrer l’accord",
        past_label="Aide accordée",
        sources=(S.SCHEDULED,),
        target=S.GRANTED,
        permission="head_other_than_proposer",
        requirement="commission tenue, numéro de délibération",
        email="casefile-decision",
        route=DecisionRoute.COMMISSION,
    ),
    Transition(
        name="reject",
        label="Enregistrer le refus",
        past_label="Aide refusée",
        sources=(S.SCHEDULED,),
        target=S.REJECTED,
        permission="head_other_than_proposer",
        requirement="commission tenue, numéro de délibération",
        email="casefile-decision",
        route=DecisionRoute.COMMISSION,
    ),
    Transition(
        name="grant_by_delegation",
        label="Accorder par délégation",
        past_label="Aide accordée par délégation",
        sources=(S.PROPOSED,),
        target=S.GRANTED,
        permission="head_other_than_proposer",
        requirement="proposition d’accorder",
        email="casefile-decision",
        route=DecisionRoute.DELEGATION,
    ),
    Transition(
        name="reject_by_delegation",
        label="Refuser par délégation",
        past_label="Aide refusée par délégation",
        sources=(S.PROPOSED,),
        target=S.REJECTED,
        permission="head_other_than_proposer",
        requirement="proposition de refuser",
        email="casefile-decision",
        route=DecisionRoute.DELEGATION,
    ),
    Transition(
        name="adjourn",
        label="Ajourner",
        past_label="Examen ajourné",
        sources=(S.SCHEDULED,),
        target=S.PROPOSED,
        permission="head",
        comment_required=True,
        route=DecisionRoute.COMMISSION,
    ),
    Transition(
        name="dismiss",
        label="Classer sans suite",
        past_label="Classé sans suite",
        sources=(S.SUBMITTED, S.INCOMPLETE, S.UNDER_REVIEW),
        target=S.DISMISSED,
        permission="caseworker",
        comment_required=True,
        email="casefile-dismissed",
    ),
    Transition(
        name="withdraw",
        label="Retirer la demande",
        past_label="Demande retirée",
        sources=_BEFORE_DECISION,
        target=S.WITHDRAWN,
        permission="applicant",
        email="casefile-withdrawn",
    ),
    Transition(
        name="activate",
        label="Activer la convention",
        past_label="Convention activée",
        sources=(S.GRANTED,),
        target=S.ACTIVE,
        permission="head",
        requirement="convention signée au dossier",
        email="casefile-activated",
    ),
    Transition(
        name="complete",
        label="Solder le dossier",
        past_label="Dossier soldé",
        sources=(S.ACTIVE,),
        target=S.COMPLETED,
        permission="accountant_or_head",
        requirement="versements soldés, engagement terminé",
        email="casefile-completed",
    ),
    Transition(
        name="terminate",
        label="Rompre la convention",
        past_label="Convention rompue",
        sources=(S.ACTIVE,),
        target=S.TERMINATED,
        permission="head",
        comment_required=True,
        email="casefile-terminated",
    ),
    Transition(
        name="cancel_decision",
        label="Annuler la décision",
        past_label="Décision annulée",
        sources=(S.GRANTED, S.REJECTED),
        target=S.UNDER_REVIEW,
        permission="head",
        comment_required=True,
    ),
)

TRANSITIONS: dict[str, Transition] = {transition.name: transition for transition in _TABLE}


def edges() -> list[tuple[str, str]]:
    """Every allowed (from, to) pair, sorted: what the database trigger enforces."""
    return sorted({(source.value, move.target.value) for move in _TABLE for source in move.sources})


def moves_from(state: str) -> tuple[Transition, ...]:
    """The moves that leave `state`, in the table's order."""
    return tuple(move for move in _TABLE if state in move.sources)
