"""Extracts of FINESS and OpenStreetMap: what a file said, before and after it was applied."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.dates import format_date
from apps.lookups.care_places.models.place import Place


class ExtractSource(models.TextChoices):
    FINESS = "finess", "FINESS"
    OSM = "openstreetmap", "OpenStreetMap"


class Extract(models.Model):
    """One file that was read without a fault. Its rows wait here until an editor applies them."""

    source = models.CharField("source", max_length=16, choices=ExtractSource.choices)
    file_name = models.CharField("fichier", max_length=160)
    dated_on = models.DateField("date de l’extrait")
    rows = models.JSONField("lieux lus", default=list)
    left_out = models.PositiveIntegerField("lignes laissées de côté", default=0)
    read_at = models.DateTimeField("lu le")
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lu par",
        help_text="Vide : par la commande du serveur.",
    )
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="appliqué par",
    )
    created_count = models.PositiveIntegerField("ajoutés", default=0)
    changed_count = models.PositiveIntegerField("changés", default=0)
    kept_count = models.PositiveIntegerField("gardés tels quels", default=0)
    gone_count = models.PositiveIntegerField("absents", default=0)

    objects: ClassVar[models.Manager[Extract]]

    class Meta:
        verbose_name = "extrait"
        verbose_name_plural = "extraits"
        ordering = ("-read_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(source__in=ExtractSource.values), name="care_extract_source_known"
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=False)
                | Q(created_count=0, changed_count=0, kept_count=0, gone_count=0, applied_by=None),
                name="care_extract_counts_once_applied",
                violation_error_message="Un extrait qui n’est pas appliqué n’a rien changé.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_source_display()}, {format_date(self.dated_on)}"

    @property
    def words(self) -> str:
        """« extrait FINESS », for sentences."""
        return f"extrait {self.get_source_display()}"


class DistinctPair(models.Model):
    """Two places that look alike and are two: staff said so, nobody is asked again."""

    first = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="+", verbose_name="premier lieu"
    )
    second = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="+", verbose_name="second lieu"
    )
    said_at = models.DateTimeField("dit le")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )

    class Meta:
        verbose_name = "paire de lieux distincts"
        verbose_name_plural = "paires de lieux distincts"
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="care_distinct_pair_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="care_distinct_pair_in_order",
                violation_error_message="Le premier lieu d’une paire a le plus petit numéro.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} et {self.second}"
