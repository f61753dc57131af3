"""What the jury agreed: the ranking with its amounts, who sat, and the words for each owner."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.casefiles.concealment import not_concealed_from
from apps.casefiles.enums import Outcome
from apps.core.dates import format_date
from apps.juries.models.jury import Juror, Jury


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> OpinionQuerySet:
        return self.filter(not_concealed_from(user, "case_file"))


class Opinion(models.Model):
    """The jury's words about one file, worked on until the ranking is agreed."""

    case_file = models.OneToOneField(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="jury_opinion",
    )
    comment = models.TextField("commentaire du jury", blank=True, max_length=4000)
    version = models.PositiveIntegerField("version", default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField("modifié le")

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "avis du jury"
        verbose_name_plural = "avis du jury"

    def __str__(self) -> str:
        return f"{self.case_file_id}"


class RankingQuerySet(models.QuerySet["Ranking"]):
    def standing(self) -> RankingQuerySet:
        """At most one for each jury."""
        return self.filter(cancelled_at=None)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RankingHistory",
)
class Ranking(models.Model):
    """The ranking that the jury agreed in its meeting, with its minutes.

    `agreed_by` wrote it down and answers for the proposals it makes; another person sends them
    to a commission. Cancelled, it is kept, and another takes its place.
    """

    jury = models.ForeignKey(Jury, on_delete=models.PROTECT, related_name="rankings")
    met_on = models.DateField("réunion du")
    place = models.CharField("lieu", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField("exercice")
    remaining = models.DecimalField(
        "reste de l’enveloppe", max_digits=12, decimal_places=2, null=True, blank=True
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField("arrêté le")
    minutes = models.OneToOneField(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name="procès-verbal"
    )
    session = models.ForeignKey(
        "awards.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_because = models.CharField("annulé parce que", max_length=300, blank=True)

    objects = RankingQuerySet.as_manager()

    class Meta:
        verbose_name = "classement du jury"
        verbose_name_plural = "classements du jury"
        ordering = ("jury", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("jury",),
                condition=Q(cancelled_at=None),
                name="ranking_one_standing",
                violation_error_message="Ce jury a déjà arrêté son classement.",
            ),
            models.CheckConstraint(
                condition=Q(session=None, sent_by=None, sent_at=None)
                | Q(
                    session__isnull=False,
                    sent_by__isnull=False,
                    sent_at__isnull=False,
                    cancelled_at=None,
                ),
                name="ranking_sent_is_complete",
                violation_error_message="Un classement envoyé a sa commission, et reste.",
            ),
            models.CheckConstraint(
                condition=Q(sent_by=None) | ~Q(sent_by=F("agreed_by")),
                name="ranking_two_persons",
                violation_error_message="Une autre personne envoie le classement en commission.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_because="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancelled_because="")
                ),
                name="ranking_cancelled_says_why",
                violation_error_message="Dites pourquoi le classement est rouvert.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="agreed_is_fixed",
                fields=[
                    *("jury", "met_on", "place", "year", "remaining"),
                    *("agreed_by", "agreed_at", "minutes"),
                ],
            ),
            pgtrigger.Protect(
                name="sent_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sent_at__isnull=False),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.jury_id} ({format_date(self.met_on)})"


class RankedFileQuerySet(models.QuerySet["RankedFile"]):
    def visible_to(self, user: User) -> RankedFileQuerySet:
        return self.filter(not_concealed_from(user, "case_file"))


class RankedFile(models.Model):
    """One line of an agreed ranking: what is proposed for the file, and what is said of it."""

    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="lines")
    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="jury_ranks"
    )
    rank = models.PositiveSmallIntegerField("rang")
    outcome = models.CharField("proposition", max_length=10, choices=Outcome.choices)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2, null=True, blank=True)
    asked = models.DecimalField(
        "montant demandé", max_digits=12, decimal_places=2, null=True, blank=True
    )
    mean = models.DecimalField("moyenne", max_digits=6, decimal_places=4, null=True, blank=True)
    median = models.DecimalField("médiane", max_digits=6, decimal_places=4, null=True, blank=True)
    reason = models.TextField("motif", blank=True, max_length=2000)
    comment = models.TextField("commentaire du jury", blank=True, max_length=4000)

    objects = RankedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "rang au classement"
        verbose_name_plural = "rangs au classement"
        ordering = ("ranking", "rank")
        constraints = (
            models.UniqueConstraint(fields=("ranking", "case_file"), name="ranked_file_once"),
            models.UniqueConstraint(fields=("ranking", "rank"), name="ranked_file_rank_unique"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="ranked_file_outcome_known"
            ),
            models.CheckConstraint(
                # A comparison with NULL is unknown, and a CHECK lets the unknown through.
                condition=Q(outcome=Outcome.GRANT, amount__isnull=False, amount__gt=0)
                | (Q(outcome=Outcome.REJECT, amount=None) & ~Q(reason="")),
                name="ranked_file_whole",
                violation_error_message="Accorder demande un montant, refuser un motif.",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(asked=None) | Q(amount__lte=F("asked")),
                name="ranked_file_within_what_is_asked",
                violation_error_message="Le montant ne dépasse pas ce qui est demandé.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.rank} ({self.case_file_id})"


class Attendance(models.Model):
    """Who sat in the meeting. Who stepped out for which file: their conflicts of interests."""

    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="attendances")
    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="attendances")
    was_present = models.BooleanField("présent")

    class Meta:
        verbose_name = "présence au jury"
        verbose_name_plural = "présences au jury"
        ordering = ("ranking", "juror")
        constraints = (
            models.UniqueConstraint(fields=("ranking", "juror"), name="attendance_once"),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.juror_id} ({self.ranking_id})"
