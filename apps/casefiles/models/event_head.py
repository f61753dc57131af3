from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.casefiles.event_chain import GENESIS
from apps.core.dates import format_date


class EventHead(models.Model):
    """Where the story of a file ends: how many events, and the digest of the last one.

    Written by the trigger of the events alone, which locks it; the daily seal copies it. Without
    it, nobody would miss the last event of a file.
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="event_head",
        verbose_name="dossier",
    )
    count = models.PositiveIntegerField("nombre d’événements", default=0)
    digest = models.BinaryField("empreinte", max_length=32, default=GENESIS)
    sealed_count = models.PositiveIntegerField("événements relevés", default=0)
    sealed_digest = models.BinaryField("empreinte relevée", max_length=32, default=GENESIS)

    class Meta:
        verbose_name = "fin de journal"
        verbose_name_plural = "fins de journal"
        indexes = (
            models.Index(
                fields=("case_file",),
                condition=~Q(sealed_count=F("count")),
                name="event_head_to_seal",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(sealed_count__lte=F("count")),
                name="event_head_sealed_before_end",
                violation_error_message="Un relevé ne dépasse pas la fin du journal.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="only_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__count__lt=pgtrigger.F("old__count"))
                | pgtrigger.Q(new__sealed_count__lt=pgtrigger.F("old__sealed_count")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} : {self.count}"


class LogSeal(models.Model):
    """One digest over the heads of all files, once a day, e-mailed to the auditors.

    It covers the seal before it: whoever holds one mail holds all days before it.
    """

    sealed_on = models.DateField("jour", unique=True)
    sealed_at = models.DateTimeField("relevé le")
    files = models.PositiveIntegerField("dossiers")
    events = models.PositiveBigIntegerField("événements")
    previous_digest = models.CharField("empreinte d’avant", max_length=64)
    digest = models.CharField("empreinte du jour", max_length=64)
    faults = models.PositiveIntegerField("anomalies")

    class Meta:
        verbose_name = "relevé du journal"
        verbose_name_plural = "relevés du journal"
        ordering = ("-sealed_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$")
                & Q(previous_digest__regex=r"^[0-9a-f]{64}$"),
                name="log_seal_digest_form",
                violation_error_message="Une empreinte compte 64 chiffres hexadécimaux.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Relevé du {format_date(self.sealed_on)}"
