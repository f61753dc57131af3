from __future__ import annotations

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def open_on(self, on: date) -> CampaignQuerySet:
        return self.filter(opens_on__lte=on).filter(Q(closes_on=None) | Q(closes_on__gte=on))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CampaignHistory",
)
class Campaign(models.Model):
    """A period in which a programme takes requests. A programme without one is always open."""

    programme = models.CharField("dispositif", max_length=40)
    label = models.CharField("nom", max_length=120)
    opens_on = models.DateField("ouvre le")
    closes_on = models.DateField("ferme le", null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        verbose_name_plural = "campagnes"
        ordering = ("programme", "-opens_on")
        constraints = (
            models.UniqueConstraint(fields=("programme", "label"), name="campaign_label_unique"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="campaign_dates_ordered",
                violation_error_message="La campagne ne peut pas fermer avant d’ouvrir.",
            ),
        )

    def __str__(self) -> str:
        return self.label
