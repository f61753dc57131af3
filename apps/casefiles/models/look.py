from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.dates import format_datetime


class LookKind(models.TextChoices):
    PAGE = "page", "Page du dossier"
    SEARCH = "search", "Recherche dans la liste"
    EXPORT = "export", "Export"


class FileLook(models.Model):
    """An agent looked at somebody's file, searched the list or took an export: kept for whoever
    asks who read what. Pieces, papers and accounts have their own records.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="looks",
        verbose_name="dossier",
        db_index=False,  # file_look_by_file begins with it
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="par",
        db_index=False,  # file_look_by_user begins with it
    )
    kind = models.CharField("quoi", max_length=6, choices=LookKind.choices)
    detail = models.CharField("précision", max_length=200, blank=True)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "consultation de dossier"
        verbose_name_plural = "consultations de dossiers"
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("user", "-at"), name="file_look_by_user"),
            models.Index(fields=("case_file", "-at"), name="file_look_by_file"),
            # The latest of all, for the auditor.
            models.Index(fields=("-at",), name="file_look_at"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=LookKind.values), name="file_look_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=LookKind.PAGE) | Q(case_file__isnull=False),
                name="file_look_page_names_file",
                violation_error_message="Une page de dossier est celle d’un dossier.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({format_datetime(self.at)})"
