from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.awards.enums import BatchFormat
from apps.casefiles.models import CaseFile
from apps.core.dates import format_datetime


class BatchQuerySet(models.QuerySet["Batch"]):
    def open(self) -> BatchQuerySet:
        """With a payment that the treasury has neither made nor sent back."""
        return self.filter(closed_at=None)

    def at_desk_of(self, user: User) -> BatchQuerySet:
        """Those whose every file the guichet shows to `user`: one that is not hides the batch."""
        readable = CaseFile.objects.at_desk_of(user)
        return self.exclude(lines__in=BatchLine.objects.exclude(instalment__case_file__in=readable))


_DIGEST = r"^[0-9a-f]{64}$"
_FROZEN = (
    *("number", "request_key", "created_by", "created_at", "execution_on"),
    *("count", "total", "csv_sha256", "xml_sha256"),
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=[*_FROZEN, "closed_at"],
    model_name="BatchHistory",
)
class Batch(models.Model):
    """Payments handed to the treasury together, with the very files that were handed over.

    The files hold account numbers: they are kept encrypted, and read back by
    `batches.open_batch_file` alone. Their digests are those of what the treasury received, and
    stay once the files are erased (awards.retention).
    A batch closes once each of its payments is paid or sent back.
    """

    number = models.CharField("numéro", max_length=20, unique=True)
    request_key = models.UUIDField("clé de la demande", unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="établi par",
    )
    created_at = models.DateTimeField("établi le")
    execution_on = models.DateField("à exécuter le")
    count = models.PositiveIntegerField("nombre de versements")
    total = models.DecimalField("montant total", max_digits=14, decimal_places=2)
    csv = models.TextField("fichier CSV chiffré", editable=False)
    csv_sha256 = models.CharField("empreinte du CSV", max_length=64)
    xml = models.TextField("fichier SEPA chiffré", blank=True, editable=False)
    xml_sha256 = models.CharField("empreinte du fichier SEPA", max_length=64, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    erased_at = models.DateTimeField("fichiers effacés le", null=True, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "bordereau de versements"
        verbose_name_plural = "bordereaux de versements"
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(number__regex=r"^PAY-[0-9]{4}-[0-9]{4,}$"),
                name="batch_number_form",
                violation_error_message="Un bordereau se numérote PAY-2026-0001.",
            ),
            models.CheckConstraint(
                condition=Q(count__gt=0, total__gt=0),
                name="batch_is_not_empty",
                violation_error_message="Un bordereau porte au moins un versement.",
            ),
            models.CheckConstraint(
                # A Fernet token: a file in clear never begins so.
                condition=Q(erased_at__isnull=False)
                | Q(csv__startswith="gAAAAA", csv_sha256__regex=_DIGEST)
                & (
                    Q(xml="", xml_sha256="")
                    | Q(xml__startswith="gAAAAA", xml_sha256__regex=_DIGEST)
                ),
                name="batch_files_are_encrypted",
                violation_error_message="Chaque fichier transmis est chiffré et a son empreinte.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(erased_at__gte=F("closed_at"), closed_at__isnull=False, csv="", xml=""),
                name="batch_erased_once_closed",
                violation_error_message="Les fichiers d’un bordereau s’effacent après sa clôture.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
                name="batch_dates_ordered",
                violation_error_message="Un bordereau se clôt après avoir été établi.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(name="batch_is_fixed", fields=list(_FROZEN)),
            pgtrigger.Protect(name="batch_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__closed_at__isnull=False, old__closed_at__df=pgtrigger.F("new__closed_at")
                ),
            ),
            pgtrigger.Trigger(
                name="batch_adds_up",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("found", "RECORD")],
                func="""
                    SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS total INTO found
                    FROM awards_batchline WHERE batch_id = NEW.id;
                    IF found.count <> NEW.count OR found.total <> NEW.total THEN
                        RAISE EXCEPTION 'batch % does not add up', NEW.number
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class BatchLineQuerySet(models.QuerySet["BatchLine"]):
    def standing(self) -> BatchLineQuerySet:
        """Without what the treasury sent back: an instalment has one of these at most."""
        return self.filter(rejected_at=None)


_LINE = (
    *("batch", "rank", "instalment", "reference", "beneficiary"),
    *("iban_masked", "amount", "budget_year"),
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="BatchLineHistory",
)
class BatchLine(models.Model):
    """One payment as it was handed over, frozen; the treasury may send it back, once."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    rank = models.PositiveIntegerField("n°")
    instalment = models.ForeignKey(
        "awards.Instalment", on_delete=models.PROTECT, related_name="batch_lines"
    )
    reference = models.CharField("dossier", max_length=20)
    beneficiary = models.CharField("titulaire du compte", max_length=200)
    iban_masked = models.CharField("compte", max_length=40)
    amount = models.DecimalField("montant", max_digits=12, decimal_places=2)
    budget_year = models.PositiveSmallIntegerField("exercice")
    rejected_at = models.DateTimeField("rejeté le", null=True, blank=True)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="rejet enregistré par",
    )
    rejected_because = models.CharField("motif du rejet", max_length=500, blank=True)

    objects = BatchLineQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de bordereau"
        verbose_name_plural = "lignes de bordereau"
        ordering = ("batch", "rank")
        constraints = (
            models.UniqueConstraint(fields=("batch", "rank"), name="batch_line_rank_unique"),
            models.UniqueConstraint(
                fields=("instalment",),
                condition=Q(rejected_at=None),
                name="batch_line_exported_once",
                violation_error_message="Ce versement est déjà dans un bordereau.",
            ),
            models.CheckConstraint(
                condition=Q(rejected_at=None, rejected_by=None, rejected_because="")
                | (
                    Q(rejected_at__isnull=False, rejected_by__isnull=False)
                    & ~Q(rejected_because="")
                ),
                name="batch_line_rejection_is_complete",
                violation_error_message="Un rejet dit qui l’a enregistré, et pourquoi.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(name="line_is_fixed", fields=list(_LINE)),
            pgtrigger.Protect(name="line_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="rejected_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__rejected_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="line_says_what_is_owed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("owed", "RECORD")],
                func="""
                    SELECT amount, budget_year INTO owed FROM awards_instalment
                    WHERE id = NEW.instalment_id;
                    IF owed.amount <> NEW.amount OR owed.budget_year <> NEW.budget_year THEN
                        RAISE EXCEPTION 'line of instalment % differs from it', NEW.instalment_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # A batch is whole from its first day: nothing is slipped into it later.
            pgtrigger.Trigger(
                name="line_fits_batch",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("found", "INTEGER"), ("said", "INTEGER")],
                func="""
                    SELECT COUNT(*) INTO found FROM awards_batchline WHERE batch_id = NEW.batch_id;
                    SELECT count INTO said FROM awards_batch WHERE id = NEW.batch_id;
                    IF found <> said THEN
                        RAISE EXCEPTION 'batch % does not add up', NEW.batch_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"Ligne {self.rank} du bordereau {self.batch_id}"


class BatchDownload(models.Model):
    """Somebody took a file with account numbers in full: kept for whoever asks."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="downloads")
    format = models.CharField("fichier", max_length=4, choices=BatchFormat.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("téléchargé le")

    class Meta:
        verbose_name = "téléchargement de bordereau"
        verbose_name_plural = "téléchargements de bordereaux"
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(format__in=BatchFormat.values), name="batch_download_format_known"
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.format} {self.user_id} {format_datetime(self.at)}"
