from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from apps.awards.enums import CommitmentStatus


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CommitmentHistory",
)
class Commitment(models.Model):
    """What the beneficiary owes in return: to practise in the territory for a time.

    `months` and `begins_by` are frozen from the programme's terms when the award is granted; an
    unset length stays unset. It starts on the first day of practice, which staff record.
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="commitment"
    )
    months = models.PositiveSmallIntegerField(
        "durée (mois)", null=True, blank=True, help_text="Vide : aucune durée n’est fixée."
    )
    begins_by = models.DateField("à commencer avant le", null=True, blank=True)
    started_on = models.DateField("premier jour d’exercice", null=True, blank=True)
    commune = models.ForeignKey(
        "territory.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lieu d’exercice",
    )
    status = models.CharField(
        "état",
        max_length=10,
        choices=CommitmentStatus.choices,
        default=CommitmentStatus.WAITING,
    )
    ended_on = models.DateField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "engagement"
        verbose_name_plural = "engagements"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=CommitmentStatus.values), name="commitment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=CommitmentStatus.WAITING, started_on=None, ended_on=None)
                | Q(status=CommitmentStatus.RUNNING, started_on__isnull=False, ended_on=None)
                | Q(
                    status=CommitmentStatus.FULFILLED,
                    started_on__isnull=False,
                    ended_on__isnull=False,
                )
                | Q(status=CommitmentStatus.BREACHED, ended_on__isnull=False),
                name="commitment_dates_match_status",
                violation_error_message="Les dates ne correspondent pas à l’état de l’engagement.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="commitment_dates_ordered",
                violation_error_message="L’engagement ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__gt=0),
                name="commitment_months_positive",
                violation_error_message="Une durée compte un mois au moins.",
            ),
        )

    def __str__(self) -> str:
        return f"Engagement du dossier {self.case_file_id}"
