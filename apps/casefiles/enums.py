"""Words of the case file (product.md, « The case file »). Pure: no ORM query."""

from __future__ import annotations

from django.db import models


class CaseFileState(models.TextChoices):
    """States; the label is what staff read."""

    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Déposé"
    INCOMPLETE = "incomplete", "À compléter"
    UNDER_REVIEW = "under_review", "En instruction"
    PROPOSED = "proposed", "Proposition à valider"
    SCHEDULED = "scheduled", "Inscrit en commission"
    GRANTED = "granted", "Accordé"
    REJECTED = "rejected", "Refusé"
    DISMISSED = "dismissed", "Sans suite"
    WITHDRAWN = "withdrawn", "Retiré"
    ACTIVE = "active", "Conventionné"
    COMPLETED = "completed", "Soldé"
    TERMINATED = "terminated", "Résilié"


# What the applicant reads: a proposal under discussion is not shown before the vote.
PUBLIC_LABELS: dict[str, str] = {
    CaseFileState.DRAFT: "À terminer",
    CaseFileState.SUBMITTED: "Reçu par le guichet",
    CaseFileState.INCOMPLETE: "Une action de votre part est attendue",
    CaseFileState.UNDER_REVIEW: "En cours d’étude",
    CaseFileState.PROPOSED: "En cours d’étude",
    CaseFileState.SCHEDULED: "Examiné en commission",
    CaseFileState.GRANTED: "Accordé",
    CaseFileState.REJECTED: "Refusé",
    CaseFileState.DISMISSED: "Classé sans suite",
    CaseFileState.WITHDRAWN: "Retiré à votre demande",
    CaseFileState.ACTIVE: "Aide en cours",
    CaseFileState.COMPLETED: "Terminé",
    CaseFileState.TERMINATED: "Convention rompue",
}

S = CaseFileState
# States of a request that nobody has decided yet.
UNDECIDED_STATES = (*(S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.UNDER_REVIEW, S.PROPOSED, S.SCHEDULED),)
# Waiting for the guichet: the legal clock runs.
PENDING_STATES = (S.SUBMITTED, S.UNDER_REVIEW, S.PROPOSED, S.SCHEDULED)
IN_REVIEW_STATES = (S.UNDER_REVIEW, S.PROPOSED, S.SCHEDULED)
DECIDED_STATES = (S.GRANTED, S.REJECTED, S.ACTIVE, S.COMPLETED, S.TERMINATED)
AWARDED_STATES = (S.GRANTED, S.ACTIVE, S.COMPLETED, S.TERMINATED)
CLOSED_STATES = (S.REJECTED, S.DISMISSED, S.WITHDRAWN, S.COMPLETED, S.TERMINATED)


class Channel(models.TextChoices):
    """How the request reached the guichet; kept because the receipt duties depend on it."""

    ONLINE = "online", "En ligne"
    DESK = "desk", "Au guichet"
    PHONE = "phone", "Par téléphone"
    POST = "post", "Par courrier"
    ARCHIVE = "archive", "Acte publié, repris au dossier"


# Typed in by an agent for the person.
GUICHET_CHANNELS = (Channel.DESK, Channel.PHONE, Channel.POST)


class DecisionRoute(models.TextChoices):
    """Who decides for a programme."""

    COMMISSION = "commission", "Commission permanente"
    DELEGATION = "delegation", "Délégation au responsable"


class Outcome(models.TextChoices):
    GRANT = "grant", "Accorder"
    REJECT = "reject", "Refuser"


class EventKind(models.TextChoices):
    """What the story of a file is made of; each kind has one sentence for people."""

    CREATED = "created", "Dossier commencé"
    MOVED = "moved", "Changement d’état"
    ASSIGNED = "assigned", "Attribution"
    DOCUMENT_ADDED = "document_added", "Pièce ajoutée"
    DOCUMENT_REMOVED = "document_removed", "Pièce retirée"
    DOCUMENT_REVIEWED = "document_reviewed", "Pièce contrôlée"
    DOCUMENT_PROMISED = "document_promised", "Pièce annoncée"
    ANSWER_CHANGED = "answer_changed", "Réponse modifiée"
    MESSAGE_SENT = "message_sent", "Message"
    LETTER_ISSUED = "letter_issued", "Courrier établi"
    HEARING_MOVED = "hearing_moved", "Commission déplacée"
    AWARD_FOLLOWED = "award_followed", "Suite de l’aide"
    RULE_LIFTED = "rule_lifted", "Règle levée"
    ERASED = "erased", "Données personnelles effacées"


class ReviewStatus(models.TextChoices):
    """Where the check of one received document stands."""

    RECEIVED = "received", "À vérifier"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "À remplacer"


class ChangeTarget(models.TextChoices):
    ANSWER = "answer", "Réponse"
    DOCUMENT = "document", "Pièce"


class LetterKind(models.TextChoices):
    RECEIPT = "receipt", "Accusé de réception"
    DECISION = "decision", "Lettre de décision"
