"""The yearly renewal of an award that follows a course of study."""

from __future__ import annotations

from datetime import date

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.awards.enums import (
    DECIDED_RENEWALS,
    PROPOSED_RENEWALS,
    RENEWAL_MOVES,
    WAITING_RENEWALS,
    RenewalStatus,
    StudySituation,
)
from apps.casefiles.amounts import AmountBreakdown
from apps.casefiles.enums import Channel, Outcome
from apps.core.dates import school_year_label
from apps.core.money import format_euros


class RenewalRoundQuerySet(models.QuerySet["RenewalRound"]):
    def open_on(self, on: date) -> RenewalRoundQuerySet:
        return self.filter(opens_on__lte=on).order_by("school_year", "programme")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RenewalRoundHistory",
)
class RenewalRound(models.Model):
    """When a programme asks its beneficiaries about a school year. No row: nothing is asked.

    `school_year` is the calendar year in which it begins: 2027 for 2027-2028. No text gives
    these days: the head of the guichet sets them each year.
    """

    programme = models.CharField("dispositif", max_length=40)
    school_year = models.PositiveSmallIntegerField(
        "année universitaire", help_text="L’année où elle commence : 2027 pour 2027-2028."
    )
    opens_on = models.DateField("ouverte le")
    due_on = models.DateField(
        "à renvoyer avant le", null=True, blank=True, help_text="Vide : aucune date limite."
    )

    objects = RenewalRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "période de renouvellement"
        verbose_name_plural = "périodes de renouvellement"
        ordering = ("-school_year", "programme")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "school_year"),
                name="renewal_round_once_a_year",
                violation_error_message="Ce dispositif a déjà une période pour cette année.",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("opens_on")),
                name="renewal_round_days_ordered",
                violation_error_message="La date limite suit l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(school_year__gte=2000, school_year__lte=2199),
                name="renewal_round_year_is_a_year",
                violation_error_message="L’année s’écrit en quatre chiffres.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme}, {self.year_label}"

    @property
    def year_label(self) -> str:
        """« 2027-2028 »."""
        return school_year_label(self.school_year)


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def waiting(self) -> RenewalQuerySet:
        return self.filter(status__in=WAITING_RENEWALS)

    def granted(self) -> RenewalQuerySet:
        return self.filter(status=RenewalStatus.GRANTED)

    def late(self, on: date) -> RenewalQuerySet:
        """Not sent back though their day is past; an act of the archive never is."""
        return self.filter(status=RenewalStatus.TO_DO, due_on__lt=on).exclude(
            case_file__channel=Channel.ARCHIVE
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="RenewalHistory",
)
class Renewal(models.Model):
    """One school year more on the same file: what changed, its certificate, and the decision.

    `answers` are those of the year; `comparison` puts each one beside the year before, in words,
    as the caseworker read them. The programme asks the questions, the award keeps the answers.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="renewals"
    )
    school_year = models.PositiveSmallIntegerField("année universitaire")
    status = models.CharField(
        "état", max_length=10, choices=RenewalStatus.choices, default=RenewalStatus.TO_DO
    )
    opened_at = models.DateTimeField("ouvert le")
    due_on = models.DateField("à renvoyer avant le", null=True, blank=True)
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    return_reason = models.TextField("à reprendre", blank=True)

    situation = models.CharField(
        "situation", max_length=10, choices=StudySituation.choices, blank=True
    )
    graduated_on = models.DateField("diplôme obtenu le", null=True, blank=True)
    answers = models.JSONField("réponses", default=dict, blank=True)
    comparison = models.JSONField("réponses, avant et après", default=list, blank=True)
    certificate = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="justificatif",
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    outcome = models.CharField("sens", max_length=10, choices=Outcome.choices, blank=True)
    proposed_amount = models.DecimalField(
        "montant proposé", max_digits=12, decimal_places=2, null=True, blank=True
    )
    reason = models.TextField("motif", blank=True)
    breakdown = models.JSONField("calcul figé", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField("proposé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField("décidé le", null=True, blank=True)
    decided_at = models.DateTimeField("enregistré le", null=True, blank=True)
    deliberation = models.CharField("délibération", max_length=60, blank=True)
    letter = models.OneToOneField(
        "casefiles.Letter",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="lettre",
    )
    amendment = models.OneToOneField(
        "awards.Amendment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="avenant",
    )

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = "renouvellement"
        verbose_name_plural = "renouvellements"
        ordering = ("case_file", "school_year")
        indexes = (models.Index(fields=("status", "due_on"), name="renewal_status_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("case_file", "school_year"),
                name="renewal_once_a_year",
                violation_error_message="Ce dossier a déjà un renouvellement pour cette année.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RenewalStatus.values), name="renewal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(situation__in=("", *StudySituation.values)),
                name="renewal_situation_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", *Outcome.values)), name="renewal_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=(RenewalStatus.TO_DO, RenewalStatus.CLOSED))
                | (
                    Q(sent_at__isnull=False, sent_by__isnull=False, certificate__isnull=False)
                    & ~Q(situation="")
                ),
                name="renewal_sent_is_complete",
                violation_error_message="Un renouvellement envoyé a son justificatif.",
            ),
            models.CheckConstraint(
                condition=~Q(situation=StudySituation.GRADUATED) | Q(graduated_on__isnull=False),
                name="renewal_graduate_says_when",
                violation_error_message="Indiquez la date du diplôme.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=PROPOSED_RENEWALS)
                | (
                    Q(proposed_by__isnull=False, proposed_at__isnull=False)
                    & (
                        Q(
                            outcome=Outcome.GRANT,
                            proposed_amount__isnull=False,
                            proposed_amount__gt=0,
                        )
                        | (Q(outcome=Outcome.REJECT, proposed_amount=None) & ~Q(reason=""))
                    )
                ),
                name="renewal_proposal_is_complete",
                violation_error_message="Une proposition a son montant, ou son motif.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=DECIDED_RENEWALS,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    decided_at__isnull=False,
                    decided_at__date__gte=F("decided_on"),
                )
                | (
                    ~Q(status__in=DECIDED_RENEWALS)
                    & Q(decided_by=None, decided_on=None, decided_at=None)
                    & Q(deliberation="", letter=None)
                ),
                name="renewal_decision_is_complete",
                violation_error_message="Une décision dit qui l’a prise, et quand.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="renewal_needs_two_persons",
                violation_error_message="Qui propose un renouvellement ne le décide pas.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RenewalStatus.GRANTED, outcome=Outcome.GRANT, amendment__isnull=False
                )
                | Q(status=RenewalStatus.REFUSED, outcome=Outcome.REJECT, amendment=None)
                | (~Q(status__in=DECIDED_RENEWALS) & Q(amendment=None)),
                name="renewal_granted_has_amendment",
                violation_error_message="Un renouvellement accordé a son avenant.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="renewal_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in RENEWAL_MOVES],
            ),
            pgtrigger.ReadOnly(name="renewal_is_of_a_year", fields=["case_file", "school_year"]),
            pgtrigger.Protect(
                name="renewal_decided_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=("granted", "refused")),
            ),
        )

    def __str__(self) -> str:
        return f"Renouvellement {self.year_label} ({self.case_file_id})"

    @property
    def year_label(self) -> str:
        """« 2027-2028 »."""
        return school_year_label(self.school_year)

    @property
    def frozen_breakdown(self) -> AmountBreakdown | None:
        """What the rules said when the amount was proposed."""
        return AmountBreakdown.from_json(self.breakdown) if self.breakdown else None

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING_RENEWALS

    @property
    def is_granted(self) -> bool:
        return self.status == RenewalStatus.GRANTED

    @property
    def amount_label(self) -> str:
        """What was granted, else what is proposed; empty for neither."""
        amount = self.amendment.amount if self.amendment else self.proposed_amount
        return format_euros(amount) if amount else ""

    def is_late(self, on: date) -> bool:
        return self.status == RenewalStatus.TO_DO and self.due_on is not None and self.due_on < on
