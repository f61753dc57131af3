from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from apps.casefiles.amounts import RateFact
from apps.casefiles.models.casefile import CaseFile


class RateQuerySet(models.QuerySet["Rate"]):
    def book(self, programme: str, on: date) -> dict[str, RateFact]:
        """The rates of `programme` in force on a day, by code: one query."""
        return {
            rate.code: rate.as_fact()
            for rate in self.filter(programme=programme, valid_during__contains=on)
        }


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RateHistory",
)
class Rate(models.Model):
    """An amount set by deliberation for a time. No row: the amount is unset, and shown so."""

    programme = models.CharField("dispositif", max_length=40)
    code = models.CharField("code", max_length=60)
    label = models.CharField("intitulé", max_length=160)
    amount = models.DecimalField("montant (€)", max_digits=12, decimal_places=2)
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    source = models.CharField("source", max_length=300)

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = "barème"
        verbose_name_plural = "barèmes"
        ordering = ("programme", "code", "valid_during")
        constraints = (
            ExclusionConstraint(
                name="rate_no_overlap",
                expressions=(
                    ("programme", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Un barème est déjà en vigueur sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="rate_amount_positive",
                violation_error_message="Un montant n’est pas négatif.",
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="rate_has_a_start",
                violation_error_message="Un barème a une date de début.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="rate_has_a_source",
                violation_error_message="Un barème nomme la délibération ou le texte qui le fixe.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.programme})"

    def is_cited(self) -> bool:
        """Whether a file's computation or a decision explains its amount by this row."""
        line = {"rate_code": self.code, "valid_from": self.valid_during.lower.isoformat()}
        cited = {"lines": [line]}
        files = CaseFile.objects.filter(programme=self.programme)
        return (
            files.filter(computation__contains=cited).exists()
            or files.filter(decisions__breakdown__contains=cited).exists()
        )

    def as_fact(self) -> RateFact:
        return RateFact(
            code=self.code,
            amount=self.amount,
            valid_from=self.valid_during.lower,
            source=self.source,
        )
