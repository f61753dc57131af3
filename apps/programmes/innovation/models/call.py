from __future__ import annotations

from datetime import datetime

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.casefiles.models import Campaign
from apps.core import clock
from apps.files.models import StoredFile
from apps.programmes.innovation.deadlines import Deadlines, Phase

FIRST_YEAR, LAST_YEAR = 2017, 2199
LONGEST_GRACE = 600  # seconds
LARGEST_BALANCE = 50  # per cent


class CallQuerySet(models.QuerySet["Call"]):
    def published(self) -> CallQuerySet:
        return self.filter(published_at__isnull=False)

    def receiving(self, at: datetime) -> CallQuerySet:
        """Published, and open at this instant by the hour that people read."""
        return self.published().filter(opens_at__lte=at, closes_at__gte=at)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CallHistory",
)
class Call(models.Model):
    """A year's call for projects: what people read of it, and when it takes proposals.

    Its budget is the programme's envelope of the same year (awards.Envelope).
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.PROTECT, primary_key=True, related_name="innovation_call"
    )
    year = models.PositiveSmallIntegerField(
        "année",
        unique=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        error_messages={"unique": "Il existe déjà un appel pour cette année."},
    )
    presentation = models.TextField("présentation", blank=True, max_length=3000)
    perimeter = models.TextField(
        "périmètre",
        blank=True,
        max_length=3000,
        help_text="Quels projets, pour qui, sur quel territoire.",
    )
    rules = models.TextField(
        "règlement",
        blank=True,
        max_length=20000,
        help_text="Le texte du règlement, sans les thèmes, le calendrier ni les critères : le "
        "PDF les reprend de cette page. Une ligne vide sépare deux paragraphes.",
    )
    rules_file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="règlement déposé en PDF",
    )
    opens_at = models.DateTimeField("ouvre le")
    closes_at = models.DateTimeField("ferme le")
    grace_seconds = models.PositiveSmallIntegerField(
        "secondes de tolérance",
        default=0,
        validators=[MaxValueValidator(LONGEST_GRACE)],
        help_text="Un envoi reçu dans ces secondes après la fermeture est accepté. La page de "
        "l’appel le dit à tout le monde.",
    )
    jury_on = models.DateField("réunion du jury le", null=True, blank=True)
    announced_on = models.DateField("annonce des lauréats le", null=True, blank=True)
    largest_amount = models.DecimalField(
        "montant le plus haut d’une aide",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Vide : aucun plafond n’est fixé.",
    )
    balance_percent = models.PositiveSmallIntegerField(
        "part versée sur le bilan final, en %",
        default=0,
        validators=[MaxValueValidator(LARGEST_BALANCE)],
        help_text="0 : tout est versé avant le bilan final, qui reste dû.",
    )
    published_at = models.DateTimeField("publié le", null=True, blank=True, editable=False)
    is_fictitious = models.BooleanField("appel fictif", default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel à projets"
        verbose_name_plural = "appels à projets"
        ordering = ("-year",)
        constraints = (
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="call_year_plausible",
                violation_error_message="Écrivez l’année en quatre chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
                violation_error_message="L’appel ferme après son ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(grace_seconds__lte=LONGEST_GRACE),
                name="call_grace_short",
                violation_error_message="La tolérance ne dépasse pas 600 secondes.",
            ),
            models.CheckConstraint(
                condition=Q(balance_percent__lte=LARGEST_BALANCE),
                name="call_balance_possible",
                violation_error_message="La part du bilan final ne dépasse pas 50 %.",
            ),
            models.CheckConstraint(
                condition=Q(jury_on=None)
                | Q(announced_on=None)
                | Q(jury_on__isnull=False, announced_on__gte=F("jury_on")),
                name="call_announced_after_the_jury",
                violation_error_message="Les lauréats sont annoncés après la réunion du jury.",
            ),
            models.CheckConstraint(
                condition=Q(largest_amount=None) | Q(largest_amount__gt=0),
                name="call_largest_amount_positive",
                violation_error_message="Le montant le plus haut est positif, ou vide.",
            ),
        )

    def __str__(self) -> str:
        return f"Santé Innovations Loiret {self.year}"

    @property
    def deadlines(self) -> Deadlines:
        return Deadlines(
            opens_at=self.opens_at, closes_at=self.closes_at, grace_seconds=self.grace_seconds
        )

    @property
    def last_moment(self) -> datetime:
        return self.deadlines.last_moment

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def phase(self, at: datetime) -> Phase:
        return self.deadlines.phase(at)

    def is_announced(self, at: datetime) -> bool:
        """Whether everybody may read the laureates: not before their day, nor while it is unset."""
        return self.announced_on is not None and self.announced_on <= clock.paris_date(at)


class Theme(models.Model):
    """A subject of a call; a proposal names one."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="themes")
    label = models.CharField("thème", max_length=120)
    description = models.CharField("ce qu’il recouvre", max_length=400, blank=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("call", "label"),
                name="theme_once_a_call",
                violation_error_message="Ce thème est déjà dans l’appel.",
            ),
        )

    def __str__(self) -> str:
        return self.label
