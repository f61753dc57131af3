from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q


class AwardTermsQuerySet(models.QuerySet["AwardTerms"]):
    def in_force(self, programme: str, on: date) -> AwardTerms | None:
        """The terms of a programme on a day, None when nobody has set any: one query."""
        return self.filter(programme=programme, valid_during__contains=on).first()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AwardTermsHistory",
)
class AwardTerms(models.Model):
    """What a programme asks in return, for a time. An empty number is unset: never a guess.

    The sources say five years of practice for the bursaries (S1, l. 184) and nothing for the
    other programmes.
    """

    programme = models.CharField("dispositif", max_length=40)
    valid_during = DateRangeField("valable", help_text="Fin vide : toujours en vigueur.")
    commitment_months = models.PositiveSmallIntegerField(
        "durée de l’engagement (mois)",
        null=True,
        blank=True,
        help_text="Vide : le texte ne fixe pas de durée.",
    )
    start_within_months = models.PositiveSmallIntegerField(
        "délai pour commencer (mois)",
        null=True,
        blank=True,
        help_text="Après le diplôme ou la décision. Vide : aucun délai n’est fixé.",
    )
    proof_every_months = models.PositiveSmallIntegerField(
        "justificatif d’exercice tous les (mois)",
        null=True,
        blank=True,
        help_text="Vide : aucun justificatif n’est demandé.",
    )
    source = models.CharField("source", max_length=300)

    objects = AwardTermsQuerySet.as_manager()

    class Meta:
        verbose_name = "règles de l’engagement"
        verbose_name_plural = "règles des engagements"
        ordering = ("programme", "valid_during")
        constraints = (
            ExclusionConstraint(
                name="award_terms_no_overlap",
                expressions=(
                    ("programme", RangeOperators.EQUAL),
                    ("valid_during", RangeOperators.OVERLAPS),
                ),
                violation_error_message="Des règles sont déjà en vigueur sur cette période.",
            ),
            models.CheckConstraint(
                condition=Q(valid_during__startswith__isnull=False, valid_during__isempty=False),
                name="award_terms_have_a_start",
                violation_error_message="Ces règles ont une date de début.",
            ),
            models.CheckConstraint(
                condition=(Q(commitment_months=None) | Q(commitment_months__gt=0))
                & (Q(proof_every_months=None) | Q(proof_every_months__gt=0)),
                name="award_terms_durations_positive",
                violation_error_message="Une durée compte un mois au moins.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="award_terms_have_a_source",
                violation_error_message="Nommez le texte qui fixe ces règles.",
            ),
        )

    def __str__(self) -> str:
        return f"Règles de l’engagement ({self.programme})"
