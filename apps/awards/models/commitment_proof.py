from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.awards.enums import PROOF_MOVES, CommitmentStatus, ProofStatus
from apps.awards.models.given_paper import GivenPaper
from apps.casefiles.enums import Channel
from apps.core.dates import format_date

# No text fixes it: a month to find a paper.
ASKED_BEFORE = timedelta(days=30)


class CommitmentProofQuerySet(models.QuerySet["CommitmentProof"]):
    def awaited(self) -> CommitmentProofQuerySet:
        """Of commitments that run, save what the archive knows nothing about."""
        return self.filter(
            status=ProofStatus.AWAITED, commitment__status=CommitmentStatus.RUNNING
        ).exclude(commitment__case_file__channel=Channel.ARCHIVE)

    def late(self, on: date) -> CommitmentProofQuerySet:
        """Overdue, asked for long enough ago, and no pause explains it."""
        return (
            self.awaited()
            .filter(due_on__lt=on, asked_at__date__lt=on - ASKED_BEFORE)
            .exclude(commitment__pauses__days__contains=on)
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CommitmentProofHistory",
)
class CommitmentProof(GivenPaper):
    """That the person practised for one more year: asked, given, accepted or asked again."""

    commitment = models.ForeignKey(
        "awards.Commitment",
        on_delete=models.PROTECT,
        related_name="proofs",
        db_index=False,  # commitment_proof_asked_once begins with it
    )
    due_on = models.DateField("attendu le")
    status = models.CharField(
        "état", max_length=10, choices=ProofStatus.choices, default=ProofStatus.AWAITED
    )
    asked_at = models.DateTimeField("demandé le", null=True, blank=True)
    reminders = models.PositiveSmallIntegerField("relances", default=0)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField("contrôlé le", null=True, blank=True)

    objects: ClassVar[models.Manager[CommitmentProof]] = CommitmentProofQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "justificatif d’exercice"
        verbose_name_plural = "justificatifs d’exercice"
        ordering = ("commitment", "due_on")
        indexes = (models.Index(fields=("status", "due_on"), name="commitment_proof_status_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("commitment", "due_on"), name="commitment_proof_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProofStatus.values), name="commitment_proof_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ProofStatus.AWAITED, file=None, given_at=None, given_by=None)
                | Q(
                    status__in=(ProofStatus.GIVEN, ProofStatus.ACCEPTED),
                    file__isnull=False,
                    given_at__isnull=False,
                    given_by__isnull=False,
                )
                | Q(status=ProofStatus.CANCELLED),
                name="commitment_proof_given_is_complete",
                violation_error_message="Un justificatif reçu a son fichier, et qui l’a donné.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProofStatus.ACCEPTED)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="commitment_proof_accepted_by_someone",
                violation_error_message="Un justificatif accepté nomme qui l’a contrôlé.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in PROOF_MOVES],
            ),
        )

    def __str__(self) -> str:
        return f"Justificatif d’exercice attendu le {format_date(self.due_on)}"
