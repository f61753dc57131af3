"""Searches that a person keeps, to be told of new rooms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

LONGEST_QUERY = 500


class SavedSearch(models.Model):
    """The address of a list; rooms opened after `told_until` are new to its owner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="housing_searches",
        verbose_name="personne",
    )
    query = models.CharField("recherche", max_length=LONGEST_QUERY)
    label = models.CharField("en clair", max_length=200)
    created_at = models.DateTimeField("gardée le")
    told_until = models.DateTimeField("nouveautés annoncées jusqu’au")

    class Meta:
        verbose_name = "alerte"
        verbose_name_plural = "alertes"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "query"),
                name="housing_saved_search_once",
                violation_error_message="Vous suivez déjà cette recherche.",
            ),
            models.CheckConstraint(
                condition=~Q(query="") & ~Q(label=""),
                name="housing_saved_search_says_what",
                violation_error_message="Une alerte porte sur une recherche.",
            ),
        )

    def __str__(self) -> str:
        return self.label
