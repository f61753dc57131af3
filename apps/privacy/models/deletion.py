from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.dates import format_date, format_datetime
from apps.privacy.enums import DeletionCause


class RetentionRun(models.Model):
    """One round over all the rules."""

    started_at = models.DateTimeField("commencée le")
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    notices = models.PositiveIntegerField("préavis envoyés", default=0)

    class Meta:
        verbose_name = "passage de l’effacement"
        verbose_name_plural = "passages de l’effacement"
        ordering = ("-started_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="retention_run_dates_ordered",
                violation_error_message="Un passage finit après avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return format_datetime(self.started_at)


class DeletionRecord(models.Model):
    """The register of deletions: what kind, when, how many. It names nobody.

    One line for each case file, with the digest of its reference; one for each rule and run for
    what is erased in numbers.
    """

    run = models.ForeignKey(
        RetentionRun, on_delete=models.PROTECT, null=True, related_name="deletions"
    )
    rule = models.CharField("règle", max_length=80)
    label = models.CharField("quoi", max_length=200)
    cause = models.CharField("pourquoi", max_length=10, choices=DeletionCause.choices)
    at = models.DateTimeField("effacé le")
    count = models.PositiveIntegerField("nombre", default=1)
    file_count = models.PositiveIntegerField("fichiers", default=0)
    reference_digest = models.CharField("empreinte de la référence", max_length=64, blank=True)

    class Meta:
        verbose_name = "effacement"
        verbose_name_plural = "effacements"
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("rule", "-at"), name="deletion_by_rule"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(cause__in=DeletionCause.values), name="deletion_cause_known"
            ),
            models.CheckConstraint(
                condition=Q(count__gt=0),
                name="deletion_of_something",
                violation_error_message="Le registre note ce qui a été effacé.",
            ),
            models.CheckConstraint(
                condition=Q(reference_digest="") | Q(reference_digest__regex=r"^[0-9a-f]{64}$"),
                name="deletion_digest_form",
                violation_error_message="Une empreinte compte 64 chiffres hexadécimaux.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.label} ({format_date(clock.paris_date(self.at))})"


class RetentionNotice(models.Model):
    """The person was told, two weeks before, that a file or their account ends on a day."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.CASCADE,
        null=True,
        related_name="retention_notices",
        verbose_name="dossier",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="retention_notices",
        verbose_name="compte",
    )
    ends_on = models.DateField("effacement prévu le")
    sent_at = models.DateTimeField("prévenu le")

    class Meta:
        verbose_name = "préavis d’effacement"
        verbose_name_plural = "préavis d’effacement"
        ordering = ("-sent_at",)
        constraints = (
            models.UniqueConstraint(fields=("case_file", "ends_on"), name="retention_notice_once"),
            models.UniqueConstraint(fields=("user", "ends_on"), name="account_notice_once"),
            models.CheckConstraint(
                condition=Q(case_file=None, user__isnull=False)
                | Q(case_file__isnull=False, user=None),
                name="retention_notice_about_one_thing",
                violation_error_message="Un préavis annonce la fin d’un dossier ou d’un compte.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id or self.user_id} : {format_date(self.ends_on)}"
