from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from apps.awards.enums import (
    COMMITMENT_MOVES,
    OPEN_COMMITMENTS,
    Attention,
    CommitmentStatus,
    PromiseStatus,
    ProofStatus,
)
from apps.awards.models.commitment_proof import CommitmentProof
from apps.awards.models.diploma_guard import begins_after_diploma
from apps.awards.models.pause import CommitmentPause, CommitmentTransfer
from apps.awards.models.promise import Promise
from apps.awards.models.zone_changes import is_touched
from apps.awards.repayment import Pause, Term
from apps.casefiles.enums import Channel
from apps.territory.models import Zone, ZoneClass, Zoning


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def open(self) -> CommitmentQuerySet:
        """Neither over nor broken."""
        return self.filter(status__in=OPEN_COMMITMENTS)

    def _followed(self) -> CommitmentQuerySet:
        """The archive's are never late: what their sources leave out stays unset."""
        return self.exclude(case_file__channel=Channel.ARCHIVE)

    def not_begun_in_time(self, on: date) -> CommitmentQuerySet:
        """Their deadline has passed without a first day of practice."""
        return self._followed().filter(status=CommitmentStatus.WAITING, begins_by__lt=on)

    def with_late_proof(self, on: date) -> CommitmentQuerySet:
        """A proof of practice is overdue, and no pause explains it."""
        return self.filter(pk__in=CommitmentProof.objects.late(on).values("commitment"))

    def with_late_promise(self, on: date) -> CommitmentQuerySet:
        """Something promised was not proven by its day."""
        return self.filter(pk__in=Promise.objects.late(on).values("commitment"))

    def to_check(self) -> CommitmentQuerySet:
        """A proof of practice or of a promise was given, and nobody looked at it yet."""
        proofs = CommitmentProof.objects.filter(status=ProofStatus.GIVEN).values("commitment")
        promises = Promise.objects.filter(status=PromiseStatus.GIVEN).values("commitment")
        return self.filter(pk__in=proofs.union(promises))

    def needing(self, attention: Attention, on: date) -> CommitmentQuerySet:
        """The list behind one kind of attention."""
        match attention:
            case Attention.TO_CHECK:
                return self.to_check()
            case Attention.NOT_BEGUN:
                return self.not_begun_in_time(on)
            case Attention.LATE_PROOF:
                return self.with_late_proof(on)
            case Attention.LATE_PROMISE:
                return self.with_late_promise(on)
            case Attention.TOUCHED:
                return self.touched(on)

    def touched(self, on: date) -> CommitmentQuerySet:
        """« Engagements touchés »: the class of the place is no longer that of the decision.

        With `zone_now`, None where no zone is in force any more. A person who moved to another
        commune is not among them: their place is another one. The right to the aid does not
        change by it.
        """
        now = Zone.objects.order_by().filter(
            commune=OuterRef("commune"), zoning=OuterRef("zoning"), valid_during__contains=on
        )
        # Not compared with `zone_now`, which would be looked up for each commitment rather than
        # for those shown.
        moved = CommitmentTransfer.objects.order_by().filter(commitment=OuterRef("pk"))
        return self.filter(is_touched(on), ~Exists(moved)).annotate(
            zone_now=Subquery(now.values("zone_class")[:1])
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CommitmentHistory",
)
class Commitment(models.Model):
    """What the beneficiary owes in return: to practise in the territory for a time.

    `months`, `begins_by` and `proof_every_months` are frozen from the programme's terms when the
    award is granted, and so is the zone; an unset length stays unset. It starts on the first day
    of practice, which staff record.
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="commitment"
    )
    months = models.PositiveSmallIntegerField(
        "durée (mois)", null=True, blank=True, help_text="Vide : aucune durée n’est fixée."
    )
    proof_every_months = models.PositiveSmallIntegerField(
        "justificatif tous les (mois)", null=True, blank=True
    )
    begins_by = models.DateField("à commencer avant le", null=True, blank=True)
    started_on = models.DateField("premier jour d’exercice", null=True, blank=True)
    commune = models.ForeignKey(
        "territory.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lieu d’exercice",
    )
    zoning = models.CharField("zonage", max_length=30, choices=Zoning.choices, blank=True)
    zone_class = models.CharField(
        "zone au jour de la décision", max_length=40, choices=ZoneClass.choices, blank=True
    )
    status = models.CharField(
        "état",
        max_length=10,
        choices=CommitmentStatus.choices,
        default=CommitmentStatus.WAITING,
    )
    ended_on = models.DateField("terminé le", null=True, blank=True)

    objects: ClassVar[models.Manager[Commitment]] = CommitmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "engagement"
        verbose_name_plural = "engagements"
        indexes = (
            models.Index(fields=("status", "begins_by"), name="commitment_status_begins"),
            # « Engagements touchés »: the places with a class, each once, then those who stand in
            # them (zone_changes.py).
            models.Index(
                fields=("commune", "zoning", "zone_class"),
                condition=~Q(zone_class="") & Q(status__in=OPEN_COMMITMENTS),
                include=("case_file",),
                name="commitment_open_zoned",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=CommitmentStatus.values), name="commitment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(zoning__in=("", *Zoning.values)), name="commitment_zoning_known"
            ),
            models.CheckConstraint(
                condition=Q(zone_class__in=("", *ZoneClass.values)),
                name="commitment_zone_class_known",
            ),
            models.CheckConstraint(
                condition=Q(zone_class="") | ~Q(zoning=""),
                name="commitment_zone_has_its_zoning",
                violation_error_message="Une zone va avec son zonage.",
            ),
            models.CheckConstraint(
                condition=Q(status=CommitmentStatus.WAITING, started_on=None, ended_on=None)
                | Q(status=CommitmentStatus.RUNNING, started_on__isnull=False, ended_on=None)
                | Q(
                    status=CommitmentStatus.FULFILLED,
                    started_on__isnull=False,
                    ended_on__isnull=False,
                )
                | Q(status=CommitmentStatus.BREACHED, ended_on__isnull=False),
                name="commitment_dates_match_status",
                violation_error_message="Les dates ne correspondent pas à l’état de l’engagement.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(started_on=None) | Q(ended_on__gte=F("started_on")),
                name="commitment_dates_ordered",
                violation_error_message="L’engagement ne peut pas finir avant de commencer.",
            ),
            models.CheckConstraint(
                condition=(Q(months=None) | Q(months__gt=0))
                & (Q(proof_every_months=None) | Q(proof_every_months__gt=0)),
                name="commitment_months_positive",
                violation_error_message="Une durée compte un mois au moins.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in COMMITMENT_MOVES],
            ),
            begins_after_diploma(),
            pgtrigger.ReadOnly(
                name="length_is_frozen",
                fields=["case_file", "months", "zoning", "zone_class"],
            ),
        )

    def __str__(self) -> str:
        return f"Engagement du dossier {self.case_file_id}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_COMMITMENTS

    @property
    def term(self) -> Term | None:
        """The clock; None before the first day of practice, or without a length. Reads pauses."""
        return self.term_with(self.pauses.all())

    def term_with(self, pauses: Iterable[CommitmentPause]) -> Term | None:
        """The same, with pauses that may have been read already."""
        if self.months is None or self.started_on is None:
            return None
        return Term(
            months=self.months,
            started_on=self.started_on,
            pauses=tuple(
                Pause(first_day=pause.first_day, last_day=pause.last_day) for pause in pauses
            ),
        )

    @property
    def last_day(self) -> date | None:
        """The last day owed, pauses included; None while it is unknown."""
        return self.term.last_day if self.term else None
