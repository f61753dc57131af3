from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.awards.enums import ProvisionalChoice


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def of(self, user: User) -> ScenarioQuerySet:
        """A scenario is its author's own: nobody else reads it."""
        return self.filter(owner=user)

    def unranked(self) -> ScenarioQuerySet:
        """Those over all the waiting files of a programme, the oldest first."""
        return self.filter(campaign=None)


class Scenario(models.Model):
    """What a head tries over the waiting files of a programme, against a year's envelope.

    Nothing is decided by it: no file changes, no applicant sees it, no event tells it.
    `version` counts the changes: of two pages open at once, the second is told.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name="responsable",
    )
    programme = models.CharField("dispositif", max_length=40)
    year = models.PositiveSmallIntegerField("exercice")
    # Of a campaign whose files a jury ranks: its lines have positions, on the jury's own pages.
    campaign = models.ForeignKey(
        "casefiles.Campaign",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="campagne",
    )
    name = models.CharField("nom", max_length=80)
    version = models.PositiveIntegerField("version", default=1)
    changed_at = models.DateTimeField("modifié le")

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = "scénario"
        verbose_name_plural = "scénarios"
        ordering = ("-year", "programme", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "programme", "year", "campaign", "name"),
                nulls_distinct=False,
                name="scenario_name_unique",
                violation_error_message="Vous avez déjà un scénario de ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="scenario_has_name",
                violation_error_message="Donnez un nom au scénario.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ScenarioLine(models.Model):
    """The provisional answer for one file; a file without a line is still to be seen."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="lines")
    # A scenario keeps no file from being deleted.
    case_file = models.ForeignKey("casefiles.CaseFile", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField("rang", null=True, blank=True)
    choice = models.CharField("choix", max_length=3, choices=ProvisionalChoice.choices)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "ligne de scénario"
        verbose_name_plural = "lignes de scénario"
        ordering = ("scenario", "position", "case_file")
        constraints = (
            models.UniqueConstraint(
                fields=("scenario", "case_file"), name="scenario_line_one_per_file"
            ),
            models.UniqueConstraint(
                fields=("scenario", "position"), name="scenario_line_position_unique"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=ProvisionalChoice.values),
                name="scenario_line_choice_known",
            ),
            models.CheckConstraint(
                # A comparison with NULL is unknown, and a CHECK lets the unknown through.
                condition=Q(choice=ProvisionalChoice.YES, amount__isnull=False, amount__gt=0)
                | Q(choice=ProvisionalChoice.NO, amount=None),
                name="scenario_line_yes_has_amount",
                violation_error_message="Un oui a un montant, un non n’en a pas.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} ({self.scenario_id})"
