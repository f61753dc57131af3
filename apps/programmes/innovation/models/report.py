from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from apps.programmes.innovation.choices import LONGEST
from apps.programmes.innovation.models.proposal import ProposalDetail


class Indicator(models.Model):
    """What a project promised to count, set by the guichet with its owner."""

    proposal = models.ForeignKey(
        ProposalDetail, on_delete=models.CASCADE, related_name="indicators"
    )
    position = models.PositiveSmallIntegerField("rang", default=0)
    label = models.CharField("indicateur", max_length=160)
    unit = models.CharField("unité", max_length=40, blank=True)
    target = models.DecimalField("cible", max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "indicateur"
        verbose_name_plural = "indicateurs"
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "label"),
                name="indicator_once_a_project",
                violation_error_message="Cet indicateur est déjà dans la liste.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="YearReportHistory",
)
class YearReport(models.Model):
    """What was done in a year of the project; sent again, it is replaced and its history kept."""

    proposal = models.ForeignKey(ProposalDetail, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField("année du projet")
    done = models.TextField("ce qui a été fait", max_length=5000)
    learned = models.TextField("ce que le projet a donné", max_length=3000, blank=True)
    sent_at = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "bilan"
        verbose_name_plural = "bilans"
        ordering = ("proposal", "year")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "year"), name="report_once_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=1, year__lte=LONGEST),
                name="report_year_possible",
                violation_error_message="Un projet dure de un à trois ans.",
            ),
        )

    def __str__(self) -> str:
        return f"Bilan de l’année {self.year}"


class ReportRequest(models.Model):
    """The report on a year that no payment waits for, asked of its owner: the final one, mostly."""

    proposal = models.ForeignKey(
        ProposalDetail, on_delete=models.PROTECT, related_name="report_requests"
    )
    year = models.PositiveSmallIntegerField("année du projet")
    due_on = models.DateField("à remettre le")
    asked_at = models.DateTimeField("demandé le")
    reminded_at = models.DateTimeField("rappelé le", null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField("rappels", default=0)

    class Meta:
        verbose_name = "bilan demandé"
        verbose_name_plural = "bilans demandés"
        ordering = ("proposal", "year")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "year"), name="report_asked_once"),
            models.CheckConstraint(
                condition=Q(year__gte=1, year__lte=LONGEST),
                name="report_asked_for_a_year",
                violation_error_message="Un projet dure de un à trois ans.",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at=None, reminder_count=0)
                | Q(reminded_at__isnull=False, reminder_count__gte=1),
                name="report_reminders_counted",
                violation_error_message="Un rappel a son jour.",
            ),
        )

    def __str__(self) -> str:
        return f"Bilan demandé pour l’année {self.year}"


class IndicatorFigure(models.Model):
    """The figure of an indicator for a year, as its report gives it."""

    report = models.ForeignKey(YearReport, on_delete=models.CASCADE, related_name="figures")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="figures")
    value = models.DecimalField("chiffre", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "chiffre d’un indicateur"
        verbose_name_plural = "chiffres des indicateurs"
        ordering = ("indicator__position", "id")
        constraints = (
            models.UniqueConstraint(fields=("report", "indicator"), name="figure_once_a_report"),
        )

    def __str__(self) -> str:
        return f"{self.value}"
