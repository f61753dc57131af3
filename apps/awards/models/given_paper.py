from __future__ import annotations

from django.conf import settings
from django.db import models


class GivenPaper(models.Model):
    """What shows that a word is kept: a paper, who gave it, and when. Empty while it is awaited."""

    file = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="justificatif",
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField("reçu le", null=True, blank=True)
    refusal_reason = models.CharField("pourquoi il est à refaire", max_length=500, blank=True)

    class Meta:
        abstract = True
