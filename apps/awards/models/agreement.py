from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.awards.enums import AGREEMENT_MOVES, SIGNED_BY_BENEFICIARY, AgreementStatus
from apps.casefiles.models import CaseFile
from apps.casefiles.readers import at_desk

_A = AgreementStatus


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def at_desk_of(self, user: User) -> AgreementQuerySet:
        """The agreements of the files that the guichet shows to `user`."""
        return self.filter(at_desk(user, "case_file"))

    def for_file(self, case_file: CaseFile) -> Agreement | None:
        """The agreement of a file with its documents, None before it is prepared: one query."""
        return self.select_related("document", "scan").filter(case_file=case_file).first()


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AgreementHistory",
)
class Agreement(models.Model):
    """The agreement of an award, from its PDF to the day of the last signature.

    `terms` freeze what the PDF says; both are empty for one drawn up outside the portal. `scan`
    is the copy signed by the beneficiary, replaced by the one that both have signed; a refused
    copy leaves it empty, and stays among the copies.
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="agreement"
    )
    status = models.CharField(
        "état", max_length=10, choices=AgreementStatus.choices, default=AgreementStatus.PREPARED
    )
    terms = models.JSONField("contenu figé", null=True, blank=True)
    document = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="convention à signer",
        help_text="Vide : rédigée hors du portail.",
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="préparée par",
    )
    prepared_at = models.DateTimeField("préparée le", null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="envoyée par",
    )
    sent_at = models.DateTimeField("envoyée le", null=True)
    scan = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreement",
        verbose_name="convention signée",
    )
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="renvoyée par",
    )
    returned_at = models.DateTimeField("renvoyée le", null=True)
    signed_on = models.DateField("signée le", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="vérifiée par",
    )
    checked_at = models.DateTimeField("vérifiée le", null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        indexes = (
            # The desk's list, what waits first.
            models.Index(fields=("status", "-id"), name="agreement_status"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=AgreementStatus.values), name="agreement_status_known"
            ),
            models.CheckConstraint(
                condition=Q(document=None, terms=None, prepared_by=None, prepared_at=None)
                | Q(
                    document__isnull=False,
                    terms__isnull=False,
                    prepared_by__isnull=False,
                    prepared_at__isnull=False,
                ),
                name="agreement_document_has_terms",
                violation_error_message="Une convention préparée a son document et son contenu.",
            ),
            models.CheckConstraint(
                condition=Q(status=_A.PREPARED, document__isnull=False, sent_by=None, sent_at=None)
                | (
                    ~Q(status=_A.PREPARED)
                    & (
                        Q(document=None, sent_by=None, sent_at=None)
                        | Q(document__isnull=False, sent_by__isnull=False, sent_at__isnull=False)
                    )
                ),
                name="agreement_sent_is_complete",
                violation_error_message="Une convention envoyée nomme qui l’a envoyée, et quand.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=SIGNED_BY_BENEFICIARY,
                    scan__isnull=False,
                    returned_by__isnull=False,
                    returned_at__isnull=False,
                )
                | (
                    ~Q(status__in=SIGNED_BY_BENEFICIARY)
                    & Q(scan=None, returned_by=None, returned_at=None)
                ),
                name="agreement_returned_is_complete",
                violation_error_message="Une convention renvoyée a son exemplaire signé.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=_A.SIGNED,
                    signed_on__isnull=False,
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                )
                | (~Q(status=_A.SIGNED) & Q(signed_on=None, checked_by=None, checked_at=None)),
                name="agreement_signed_is_complete",
                violation_error_message="Une convention signée a sa date et son contrôle.",
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(checked_at__date__gte=F("signed_on")),
                name="agreement_signed_before_checked",
                violation_error_message="Une convention s’enregistre une fois signée.",
            ),
        )
        triggers = (
            pgtrigger.FSM(
                name="status_moves",
                field="status",
                transitions=[(source.value, target.value) for source, target in AGREEMENT_MOVES],
            ),
            pgtrigger.Protect(
                name="signed_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="signed"),
            ),
            pgtrigger.ReadOnly(name="file_is_fixed", fields=["case_file"]),
        )

    def __str__(self) -> str:
        return f"Convention du dossier {self.case_file_id}"

    @property
    def is_signed(self) -> bool:
        return self.status == AgreementStatus.SIGNED

    @property
    def is_awaited(self) -> bool:
        """Whether the beneficiary has to sign it, for the first time or again."""
        return self.status in (AgreementStatus.SENT, AgreementStatus.REFUSED)

    @property
    def is_signed_by_beneficiary(self) -> bool:
        return self.status in SIGNED_BY_BENEFICIARY

    @property
    def is_shown_to_beneficiary(self) -> bool:
        """Not while the guichet prepares it."""
        return self.status != AgreementStatus.PREPARED


class AgreementCopyQuerySet(models.QuerySet["AgreementCopy"]):
    def last_refused(self) -> AgreementCopy | None:
        return self.exclude(refused_at=None).order_by("-refused_at", "-pk").first()


class AgreementCopy(models.Model):
    """A signed copy as it came in: every one is kept, the refused ones with the reason.

    Only the refusal is written afterwards (trigger).
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="copies")
    file = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        related_name="agreement_copy",
        verbose_name="exemplaire",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("reçu le")
    refusal = models.TextField("motif du refus", blank=True, max_length=2000)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    refused_at = models.DateTimeField("refusé le", null=True)

    objects = AgreementCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "exemplaire signé"
        verbose_name_plural = "exemplaires signés"
        ordering = ("agreement", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(refusal="", refused_by=None, refused_at=None)
                | (Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refusal="")),
                name="agreement_copy_refusal_is_complete",
                violation_error_message="Un refus dit pourquoi, par qui et quand.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="copy_is_fixed", fields=["agreement", "file", "added_by", "added_at"]
            ),
            pgtrigger.Protect(
                name="refusal_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__refused_at__isnull=False),
            ),
            pgtrigger.Protect(name="copy_stays", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"Exemplaire {self.pk} ({self.agreement_id})"
