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


class OutsideAid(models.TextChoices):
    """Aids from elsewhere that ours may exclude. A code never changes its meaning."""

    SCHOOL = "aide-ecole", "aide de l’école"
    EMPLOYER = "aide-employeur", "aide de l’employeur"
    HEALTH_AGENCY = "aide-ars", "aide de l’ARS ou de l’Assurance maladie"


class AgreementStatus(models.TextChoices):
    """Where an agreement stands; the label is what staff read."""

    PREPARED = "prepared", "À envoyer"
    SENT = "sent", "Signature attendue"
    RETURNED = "returned", "À vérifier"
    REFUSED = "refused", "À signer de nouveau"
    SIGNED = "signed", "Signée"


_A = AgreementStatus
# The database refuses any other change (trigger on Agreement). A signed one never changes.
AGREEMENT_MOVES: tuple[tuple[AgreementStatus, AgreementStatus], ...] = (
    *((_A.PREPARED, _A.SENT), (_A.SENT, _A.RETURNED)),
    *((_A.RETURNED, _A.REFUSED), (_A.RETURNED, _A.SIGNED), (_A.REFUSED, _A.RETURNED)),
    # Drawn up again: the amounts stay, a name or an address was wrong.
    *((_A.SENT, _A.PREPARED), (_A.REFUSED, _A.PREPARED), (_A.REFUSED, _A.SENT)),
)
# A copy signed by the beneficiary is on the file.
SIGNED_BY_BENEFICIARY = (_A.RETURNED, _A.SIGNED)


class ProofKind(models.TextChoices):
    """What makes an instalment due, beside the agreement."""

    NONE = "none", "Aucun"
    PIECE = "piece", "Pièce du bénéficiaire"
    ATTESTATION = "attestation", "Attestation d’un tiers"


class Presence(models.TextChoices):
    """What a third person says of a month."""

    WHOLE = "whole", "Présence tout le mois"
    PART = "part", "Présence une partie du mois"
    ABSENT = "absent", "Absence tout le mois"


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
    (_S.AWAITED, _S.DUE),  # a third person confirms: nothing is left to check
    *((_S.DUE, _S.VALIDATED), (_S.VALIDATED, _S.DUE)),
    *((_S.VALIDATED, _S.EXPORTED), (_S.EXPORTED, _S.VALIDATED), (_S.EXPORTED, _S.PAID)),
    *((source, _S.CANCELLED) for source in (_S.PLANNED, _S.AWAITED, _S.RECEIVED)),
    *((source, _S.CANCELLED) for source in (_S.DUE, _S.VALIDATED)),
)
# Promised or gone: what counts against the envelope of its year.
COMMITTED_STATUSES = tuple(status for status in InstalmentStatus if status != _S.CANCELLED)
# Not to be paid yet: their day or their proof is to come.
COMING_STATUSES = (_S.PLANNED, _S.AWAITED)
UNSETTLED_STATUSES = tuple(status for status in COMMITTED_STATUSES if status != _S.PAID)
# Not handed to the treasury: it can still be cancelled.
CANCELLABLE_STATUSES = tuple(
    status for status, target in INSTALMENT_MOVES if target == _S.CANCELLED
)
# Checked by the accountant, and what follows.
VALIDATED_STATUSES = (_S.VALIDATED, _S.EXPORTED, _S.PAID)


class BatchFormat(models.TextChoices):
    """The two files of a batch: what the treasury's tools read."""

    CSV = "csv", "CSV"
    XML = "xml", "SEPA (XML)"


class CommitmentStatus(models.TextChoices):
    WAITING = "waiting", "Pas encore commencé"
    RUNNING = "running", "En cours"
    FULFILLED = "fulfilled", "Tenu"
    BREACHED = "breached", "Rompu"


# The database refuses any other change (triggers on Commitment, CommitmentProof, Promise and
# Clawback).
COMMITMENT_MOVES = (
    (CommitmentStatus.WAITING, CommitmentStatus.RUNNING),
    (CommitmentStatus.WAITING, CommitmentStatus.BREACHED),
    (CommitmentStatus.RUNNING, CommitmentStatus.FULFILLED),
    (CommitmentStatus.RUNNING, CommitmentStatus.BREACHED),
)
OPEN_COMMITMENTS = (CommitmentStatus.WAITING, CommitmentStatus.RUNNING)


class Attention(models.TextChoices):
    """What somebody has to look at among commitments; the value is in the address of the list."""

    TO_CHECK = "a-controler", "Justificatif ou preuve à contrôler"
    NOT_BEGUN = "pas-commence", "Pas commencé à temps"
    LATE_PROOF = "justificatif-en-retard", "Justificatif en retard"
    LATE_PROMISE = "promesse-en-retard", "Promesse en retard"
    TOUCHED = "touche", "Touché par un nouveau zonage"


class PauseKind(models.TextChoices):
    """Why the clock stops, without a detail: nobody is asked about their health."""

    MATERNITY = "maternity", "Congé maternité"
    ILLNESS = "illness", "Arrêt de travail"
    PARENTAL = "parental", "Congé parental"
    OTHER = "other", "Autre raison"


class ProofStatus(models.TextChoices):
    """Where the proof of one year of practice stands."""

    AWAITED = "awaited", "Attendu"
    GIVEN = "given", "À contrôler"
    ACCEPTED = "accepted", "Accepté"
    CANCELLED = "cancelled", "Sans objet"


_P = ProofStatus
PROOF_MOVES = (
    *((_P.AWAITED, _P.GIVEN), (_P.GIVEN, _P.AWAITED), (_P.GIVEN, _P.ACCEPTED)),
    *((_P.AWAITED, _P.CANCELLED), (_P.GIVEN, _P.CANCELLED)),
)


class PromiseStatus(models.TextChoices):
    """Where something promised beside the practice stands."""

    PENDING = "pending", "À prouver"
    GIVEN = "given", "À contrôler"
    KEPT = "kept", "Tenue"
    BROKEN = "broken", "Non tenue"
    VOID = "void", "Sans objet"


_K = PromiseStatus
PROMISE_MOVES = (
    *((_K.PENDING, _K.GIVEN), (_K.GIVEN, _K.PENDING), (_K.GIVEN, _K.KEPT)),
    *((_K.PENDING, _K.BROKEN), (_K.PENDING, _K.VOID), (_K.GIVEN, _K.VOID)),
)
OPEN_PROMISES = (_K.PENDING, _K.GIVEN)


class ClawbackCause(models.TextChoices):
    BREACH = "breach", "Convention rompue"
    PROMISE = "promise", "Promesse non tenue"


class ClawbackStatus(models.TextChoices):
    """Where a repayment asked from the beneficiary stands."""

    ISSUED = "issued", "À rembourser"
    PAID = "paid", "Remboursé"
    WAIVED = "waived", "Remise accordée"
    NOTHING = "nothing", "Rien à rembourser"


CLAWBACK_MOVES = (
    (ClawbackStatus.ISSUED, ClawbackStatus.PAID),
    (ClawbackStatus.ISSUED, ClawbackStatus.WAIVED),
)


class RenewalStatus(models.TextChoices):
    """Where the renewal of a school year stands; the label is what staff read."""

    TO_DO = "to_do", "À renvoyer"
    SENT = "sent", "À étudier"
    PROPOSED = "proposed", "Proposition à valider"
    GRANTED = "granted", "Accordé"
    REFUSED = "refused", "Refusé"
    CLOSED = "closed", "Sans objet"


_R = RenewalStatus
# The database refuses any other change (trigger on Renewal).
RENEWAL_MOVES: tuple[tuple[RenewalStatus, RenewalStatus], ...] = (
    *((_R.TO_DO, _R.SENT), (_R.SENT, _R.TO_DO)),
    *((_R.SENT, _R.PROPOSED), (_R.PROPOSED, _R.SENT)),
    *((_R.PROPOSED, _R.GRANTED), (_R.PROPOSED, _R.REFUSED)),
    # A diploma, or the end of the award, makes the question pointless.
    *((source, _R.CLOSED) for source in (_R.TO_DO, _R.SENT, _R.PROPOSED)),
)
WAITING_RENEWALS = (_R.TO_DO, _R.SENT, _R.PROPOSED)
DECIDED_RENEWALS = (_R.GRANTED, _R.REFUSED)
PROPOSED_RENEWALS = (_R.PROPOSED, *DECIDED_RENEWALS)


class StudySituation(models.TextChoices):
    """What the beneficiary says of the year to come."""

    CONTINUES = "continues", "Je poursuis mes études"
    GRADUATED = "graduated", "J’ai obtenu mon diplôme"
    STOPPED = "stopped", "J’arrête mes études"


class ProvisionalChoice(models.TextChoices):
    """What a head tries for a file in a scenario: it decides nothing."""

    YES = "yes", "Oui"
    NO = "no", "Non"
