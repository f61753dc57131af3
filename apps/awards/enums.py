"""Words of commissions, payments and commitments. Pure: no ORM query."""

from __future__ import annotations

from django.db import models


class SessionStatus(models.TextChoices):
    PLANNED = "planned", "À tenir"
    CLOSED = "closed", "Close"


class ItemStatus(models.TextChoices):
    """Where a file stands on the agenda; only a listed one may still change."""

    LISTED = "listed", "À l’ordre du jour"
    REMOVED = "removed", "Retiré de l’ordre du jour"
    EXAMINED = "examined", "Examiné"


class Vote(models.TextChoices):
    """What the commission does with a proposal."""

    FOLLOW = "follow", "Suivre la proposition"
    REFUSE = "refuse", "Refuser"
    ADJOURN = "adjourn", "Ajourner"


class ProofKind(models.TextChoices):
    """What makes an instalment due, beside the agreement."""

    NONE = "none", "Aucun"
    PIECE = "piece", "Pièce du bénéficiaire"
    ATTESTATION = "attestation", "Attestation d’un tiers"


class InstalmentStatus(models.TextChoices):
    """Where a payment stands; the label is what staff read."""

    PLANNED = "planned", "À venir"
    AWAITED = "awaited", "Justificatif attendu"
    RECEIVED = "received", "Justificatif à contrôler"
    DUE = "due", "À valider"
    VALIDATED = "validated", "Validé"
    EXPORTED = "exported", "Transmis au payeur"
    PAID = "paid", "Payé"
    CANCELLED = "cancelled", "Annulé"


_S = InstalmentStatus
# The database refuses any other change (trigger on Instalment).
INSTALMENT_MOVES: tuple[tuple[InstalmentStatus, InstalmentStatus], ...] = (
    *((_S.PLANNED, _S.AWAITED), (_S.PLANNED, _S.DUE)),
    # A proof may come before it is asked for.
    *((_S.PLANNED, _S.RECEIVED), (_S.AWAITED, _S.RECEIVED)),
    *((_S.RECEIVED, _S.AWAITED), (_S.RECEIVED, _S.DUE)),
    *((_S.DUE, _S.VALIDATED), (_S.VALIDATED, _S.DUE)),
    *((_S.VALIDATED, _S.EXPORTED), (_S.EXPORTED, _S.VALIDATED), (_S.EXPORTED, _S.PAID)),
    *((source, _S.CANCELLED) for source in (_S.PLANNED, _S.AWAITED, _S.RECEIVED, _S.DUE)),
)
# Promised or gone: what counts against the envelope of its year.
COMMITTED_STATUSES = tuple(status for status in InstalmentStatus if status != _S.CANCELLED)
UNSETTLED_STATUSES = tuple(status for status in COMMITTED_STATUSES if status != _S.PAID)


class CommitmentStatus(models.TextChoices):
    WAITING = "waiting", "Pas encore commencé"
    RUNNING = "running", "En cours"
    FULFILLED = "fulfilled", "Tenu"
    BREACHED = "breached", "Rompu"
