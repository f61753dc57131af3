from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Max, Q, Sum

from apps.accounts.models import User
from apps.awards.enums import (
    COMING_STATUSES,
    COMMITTED_STATUSES,
    INSTALMENT_MOVES,
    UNSETTLED_STATUSES,
    VALIDATED_STATUSES,
    InstalmentStatus,
    ProofKind,
)
from apps.awards.models.budget_entry import entered_in_budget
from apps.awards.models.envelope_guard import instalment_fits
from apps.awards.models.payment_guard import validated_by_another
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.readers import at_desk
from apps.core import clock

# Without a day of its own, a proof is late this long after it was asked.
PROOF_DAYS = 45
_OPEN = (
    *(InstalmentStatus.AWAITED, InstalmentStatus.RECEIVED, InstalmentStatus.DUE),
    *(InstalmentStatus.VALIDATED, InstalmentStatus.EXPORTED),
)


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def committed(self) -> InstalmentQuerySet:
        """What the council owes or has paid: everything but the cancelled ones."""
        return self.filter(status__in=COMMITTED_STATUSES)

    def unsettled(self) -> InstalmentQuerySet:
        return self.filter(status__in=UNSETTLED_STATUSES)

    def paid(self) -> InstalmentQuerySet:
        return self.filter(status=InstalmentStatus.PAID)

    def at_desk_of(self, user: User) -> InstalmentQuerySet:
        """The payments of the files that the guichet shows to `user`."""
        return self.filter(at_desk(user, "case_file"))

    def followed(self) -> InstalmentQuerySet:
        """Without the acts of the archive: they were paid long ago, outside the portal."""
        return self.exclude(case_file__channel=Channel.ARCHIVE)

    def late(self, on: date) -> InstalmentQuerySet:
        """A proof that did not come in time, or a payment past its day, of a running award."""
        unanswered = Q(
            due_on=None,
            status=InstalmentStatus.AWAITED,
            asked_at__date__lt=on - timedelta(days=PROOF_DAYS),
        )
        return self.followed().filter(
            Q(due_on__lt=on) | unanswered,
            status__in=_OPEN,
            case_file__state=CaseFileState.ACTIVE,
        )

    def last_paid_on(self) -> date | None:
        """The day of the latest payment, None before the first: one query."""
        last: date | None = self.aggregate(last=Max("paid_on"))["last"]
        return last

    def total(self) -> Decimal:
        """Euros of these instalments, zero for none: one query."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="InstalmentHistory",
)
class Instalment(models.Model):
    """One payment of an award, from its plan (at the grant) to the treasury's number.

    `budget_year` is the year whose envelope bears it, for good: a payment made late stays with
    its year. The database refuses a status out of order and any change of a settled row.
    """

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        related_name="instalments",
        db_index=False,  # instalment_rank_unique begins with it
    )
    rank = models.PositiveSmallIntegerField("n°")
    label = models.CharField("intitulé", max_length=160)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    budget_year = models.PositiveSmallIntegerField("exercice")
    due_on = models.DateField(
        "échéance", null=True, blank=True, help_text="Vide tant qu’elle n’est pas connue."
    )
    proof_kind = models.CharField(
        "justificatif", max_length=12, choices=ProofKind.choices, default=ProofKind.NONE
    )
    proof_label = models.CharField("justificatif demandé", max_length=200, blank=True)
    status = models.CharField(
        "état",
        max_length=10,
        choices=InstalmentStatus.choices,
        default=InstalmentStatus.PLANNED,
    )
    asked_at = models.DateTimeField("justificatif demandé le", null=True, blank=True)
    reminded_at = models.DateTimeField("dernier rappel le", null=True, blank=True)
    reminder_count = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="validé par",
    )
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    paid_on = models.DateField("payé le", null=True, blank=True)
    treasury_number = models.CharField("numéro du payeur", max_length=40, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="remplace",
        help_text="Le versement annulé dont il garde une partie.",
    )
    cancelled_because = models.CharField("motif de l’annulation", max_length=500, blank=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = "versement"
        verbose_name_plural = "versements"
        ordering = ("case_file", "rank")
        indexes = (
            # The accountant's lists, each in its order.
            models.Index(fields=("status", "due_on", "-id"), name="instalment_status_due"),
            # « À venir », of two statuses.
            models.Index(
                fields=("due_on", "-id"),
                condition=Q(status__in=COMING_STATUSES),
                name="instalment_coming_due",
            ),
            # « En retard ».
            models.Index(
                fields=("due_on", "-id"), condition=Q(status__in=_OPEN), name="instalment_open_due"
            ),
            # What commits the envelope of a year; the years that the lists may be narrowed to.
            models.Index(fields=("budget_year", "-id"), name="instalment_budget_year"),
        )
        constraints = (
            models.UniqueConstraint(fields=("case_file", "rank"), name="instalment_rank_unique"),
            models.UniqueConstraint(
                fields=("treasury_number",),
                condition=~Q(treasury_number=""),
                name="instalment_paid_once",
                violation_error_message="Ce numéro du payeur est déjà celui d’un autre versement.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InstalmentStatus.values), name="instalment_status_known"
            ),
            models.CheckConstraint(
                condition=Q(proof_kind__in=ProofKind.values), name="instalment_proof_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="instalment_amount_positive",
                violation_error_message="Un versement a un montant.",
            ),
            models.CheckConstraint(
                condition=(Q(proof_kind=ProofKind.NONE, proof_label=""))
                | (~Q(proof_kind=ProofKind.NONE) & ~Q(proof_label="")),
                name="instalment_proof_is_named",
                violation_error_message="Dites quel justificatif est demandé.",
            ),
            models.CheckConstraint(
                condition=(Q(status=InstalmentStatus.PAID, paid_on__isnull=False))
                & ~Q(treasury_number="")
                | (~Q(status=InstalmentStatus.PAID) & Q(paid_on=None, treasury_number="")),
                name="instalment_paid_is_complete",
                violation_error_message="Un versement payé a sa date et le numéro du payeur.",
            ),
            models.CheckConstraint(
                condition=Q(reminder_count=0, reminded_at=None)
                | Q(reminder_count__gt=0, reminded_at__isnull=False, asked_at__isnull=False),
                name="instalment_reminded_once_asked",
                violation_error_message="Un rappel suit une demande de justificatif.",
            ),
            models.CheckConstraint(
                condition=Q(validated_by=None, validated_at=None)
                | Q(
                    validated_by__isnull=False,
                    validated_at__isnull=False,
                    status__in=VALIDATED_STATUSES,
                ),
                name="instalment_validation_is_complete",
                violation_error_message="Une validation dit qui, et quand.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_because="") | Q(status=InstalmentStatus.CANCELLED),
                name="instalment_reason_only_when_cancelled",
                violation_error_message="Un motif d’annulation n’accompagne qu’une annulation.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in INSTALMENT_MOVES],
            ),
            pgtrigger.Protect(
                name="settled_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="paid") | pgtrigger.Q(old__status="cancelled"),
            ),
            pgtrigger.ReadOnly(
                name="commitment_is_fixed",
                fields=["case_file", "rank", "amount", "budget_year", "replaces"],
            ),
            entered_in_budget(),
            instalment_fits(),
            validated_by_another(),
            # Amounts are fixed and a cancelled row stays so: only a new row can add to the sum.
            # Locking the file makes two transactions that add rows wait for each other.
            pgtrigger.Trigger(
                name="never_above_award",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("planned", "NUMERIC"), ("award", "NUMERIC")],
                func="""
                    PERFORM 1 FROM casefiles_casefile WHERE id = NEW.case_file_id FOR UPDATE;
                    SELECT COALESCE(granted_amount, 0) + COALESCE((
                        SELECT SUM(amount) FROM awards_amendment
                        WHERE case_file_id = NEW.case_file_id
                    ), 0) INTO award FROM casefiles_casefile WHERE id = NEW.case_file_id;
                    SELECT COALESCE(SUM(amount), 0) INTO planned FROM awards_instalment
                    WHERE case_file_id = NEW.case_file_id AND status <> 'cancelled';
                    IF planned > award THEN
                        RAISE EXCEPTION 'instalments of file % add up to %, above the award of %',
                            NEW.case_file_id, planned, award USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"Versement {self.rank} ({self.case_file_id})"

    def is_late(self, on: date) -> bool:
        """The same as `late`, for one row with its file."""
        if self.case_file.channel == Channel.ARCHIVE:
            return False
        if self.case_file.state != CaseFileState.ACTIVE:
            return False
        if self.due_on is not None:
            return self.due_on < on and self.status in _OPEN
        return (
            self.status == InstalmentStatus.AWAITED
            and self.asked_at is not None
            and clock.paris_date(self.asked_at) < on - timedelta(days=PROOF_DAYS)
        )

    @property
    def is_paid(self) -> bool:
        return self.status == InstalmentStatus.PAID

    @property
    def is_cancelled(self) -> bool:
        return self.status == InstalmentStatus.CANCELLED
