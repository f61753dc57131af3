from __future__ import annotations

from datetime import date, timedelta

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.awards.enums import PauseKind

# A pause belongs to a commitment that has begun: two tables, so a trigger rather than a CHECK.
_INSIDE_THE_COMMITMENT = """
IF NOT EXISTS (
    SELECT 1 FROM awards_commitment
    WHERE id = NEW.commitment_id AND status = 'running' AND started_on <= lower(NEW.days)
) THEN
    RAISE EXCEPTION 'A pause lies inside a commitment that has begun';
END IF;
RETURN NEW;
"""


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CommitmentPauseHistory",
)
class CommitmentPause(models.Model):
    """Days that do not count. No upper bound while nobody knows when it ends.

    The kind is all that is asked: no certificate, no diagnosis.
    """

    commitment = models.ForeignKey(
        "awards.Commitment", on_delete=models.PROTECT, related_name="pauses"
    )
    days = DateRangeField("jours", help_text="Fin vide : la pause dure encore.")
    kind = models.CharField("raison", max_length=10, choices=PauseKind.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "pause"
        verbose_name_plural = "pauses"
        ordering = ("commitment", "days")
        constraints = (
            ExclusionConstraint(
                name="commitment_pause_no_overlap",
                expressions=(
                    ("commitment", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Une pause existe déjà sur ces jours.",
            ),
            models.CheckConstraint(
                condition=Q(days__startswith__isnull=False, days__isempty=False),
                name="commitment_pause_has_a_first_day",
                violation_error_message="Une pause a un premier jour.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PauseKind.values), name="commitment_pause_kind_known"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="inside_the_commitment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_INSIDE_THE_COMMITMENT,
            ),
        )

    def __str__(self) -> str:
        return f"Pause de l’engagement {self.commitment_id}"

    @property
    def first_day(self) -> date:
        day: date = self.days.lower
        return day

    @property
    def last_day(self) -> date | None:
        """The last day of the pause, itself paused; None while it lasts."""
        return None if self.days.upper is None else self.days.upper - timedelta(days=1)


class CommitmentTransfer(models.Model):
    """The person went on practising in another commune of the territory. Append-only."""

    commitment = models.ForeignKey(
        "awards.Commitment", on_delete=models.PROTECT, related_name="transfers"
    )
    from_commune = models.ForeignKey(
        "territory.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ancien lieu",
    )
    to_commune = models.ForeignKey(
        "territory.Commune", on_delete=models.PROTECT, related_name="+", verbose_name="nouveau lieu"
    )
    since = models.DateField("depuis le")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "changement de commune"
        verbose_name_plural = "changements de commune"
        ordering = ("commitment", "since", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_commune=None) | ~Q(from_commune=F("to_commune")),
                name="commitment_transfer_changes_commune",
                violation_error_message="C’est déjà le lieu d’exercice.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Changement de commune de l’engagement {self.commitment_id}"
