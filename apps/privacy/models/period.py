from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from apps.privacy.enums import PeriodUnit


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RetentionPeriodHistory",
)
class RetentionPeriod(models.Model):
    """What staff decided for one rule (core.retention); without it, the rule's default holds.

    Without a length, nothing is erased: the sources leave it open.
    """

    rule = models.CharField("règle", max_length=80, unique=True)
    length = models.PositiveSmallIntegerField("durée", null=True, blank=True)
    unit = models.CharField("unité", max_length=5, choices=PeriodUnit.choices, blank=True)
    is_validated = models.BooleanField(
        "validée par le délégué à la protection des données", default=False
    )
    source = models.CharField("texte ou décision", max_length=300, blank=True)

    class Meta:
        verbose_name = "durée de conservation"
        verbose_name_plural = "durées de conservation"
        ordering = ("rule",)
        constraints = (
            models.CheckConstraint(
                condition=Q(unit__in=("", *PeriodUnit.values)), name="retention_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(length=None, unit="")
                | (Q(length__isnull=False, length__gt=0) & ~Q(unit="")),
                name="retention_length_has_unit",
                violation_error_message="Une durée a un nombre et une unité.",
            ),
            models.CheckConstraint(
                condition=~Q(is_validated=True) | ~Q(source=""),
                name="retention_validated_says_by_what",
                violation_error_message="Dites quel texte ou quelle décision fixe cette durée.",
            ),
        )

    def __str__(self) -> str:
        return self.rule
