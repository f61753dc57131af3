from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q

from apps.casefiles.enums import ReviewStatus
from apps.core.dates import format_date


class DocumentKindQuerySet(models.QuerySet["DocumentKind"]):
    def asked_by(self, programme: str) -> DocumentKindQuerySet:
        return self.filter(programme=programme, is_active=True)

    def with_promise(self, case_file: int) -> DocumentKindQuerySet:
        """Each kind with `promise`, what the file of this key announced for it; no attribute when
        nothing."""
        return self.annotate(
            promise=FilteredRelation("promises", condition=Q(promises__case_file=case_file))
        ).select_related("promise")  # type: ignore[misc] # the stubs know no FilteredRelation

    def with_received(self, case_file: int) -> DocumentKindQuerySet:
        """Each kind as many times as this file has documents of it, each time with one of them in
        `received`, oldest first; once, without that attribute, when there is none."""
        current = Q(documents__case_file=case_file, documents__removed_at=None)
        return (
            self.annotate(received=FilteredRelation("documents", condition=current))
            .select_related("received__file", "received__reviewed_by")  # type: ignore[misc] # as above
            .order_by("position", "pk", "received__added_at")
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="DocumentKindHistory",
)
class DocumentKind(models.Model):
    """A piece that a programme asks for; staff edit the list.

    `condition` names a circumstance that the programme knows; empty means always.
    `is_indispensable` decides whether asking for it stops the legal clock (CRPA L114-5).
    """

    programme = models.CharField("dispositif", max_length=40)
    slug = models.SlugField("identifiant", max_length=60)
    label = models.CharField("pièce", max_length=160)
    help_text = models.CharField("ce qui est accepté", max_length=300, blank=True)
    example = models.CharField("exemple", max_length=300, blank=True)
    condition = models.CharField("demandée si", max_length=60, blank=True)
    is_required = models.BooleanField("obligatoire", default=True)
    is_indispensable = models.BooleanField(
        "indispensable à l’instruction",
        default=False,
        help_text="La demander suspend le délai légal (CRPA L114-5).",
    )
    is_active = models.BooleanField("demandée aujourd’hui", default=True)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    source = models.CharField("source", max_length=300, blank=True)

    objects = DocumentKindQuerySet.as_manager()

    class Meta:
        verbose_name = "type de pièce"
        verbose_name_plural = "types de pièces"
        ordering = ("programme", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("programme", "slug"), name="document_kind_unique"),
        )

    def __str__(self) -> str:
        return self.label


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> DocumentQuerySet:
        """Without those that were removed or replaced."""
        return self.filter(removed_at=None)


class Document(models.Model):
    """One received file for one piece; several files may answer the same piece."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile",
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,  # document_case_file_kind begins with it
    )
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="documents")
    file = models.OneToOneField(
        "files.StoredFile", on_delete=models.PROTECT, related_name="document"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("ajoutée le")
    status = models.CharField(
        "contrôle", max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.RECEIVED
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField("contrôlée le", null=True)
    comment = models.CharField("motif", max_length=500, blank=True)
    removed_at = models.DateTimeField("retirée le", null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        ordering = ("kind__position", "added_at")
        indexes = (models.Index(fields=("case_file", "kind"), name="document_case_file_kind"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ReviewStatus.values), name="document_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ReviewStatus.RECEIVED, reviewed_at=None)
                | (~Q(status=ReviewStatus.RECEIVED) & Q(reviewed_at__isnull=False)),
                name="document_reviewed_at_matches_status",
                violation_error_message="La date de contrôle accompagne le résultat.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.REFUSED) | ~Q(comment=""),
                name="document_refusal_has_reason",
                violation_error_message="Dites pourquoi la pièce est à remplacer.",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(removed_at__gte=F("added_at")),
                name="document_dates_ordered",
                violation_error_message="Une pièce est retirée après avoir été ajoutée.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.case_file_id})"


class DocumentPromise(models.Model):
    """« Je ne l’ai pas encore »: why, and when it comes (CRPA L114-5-1)."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.CASCADE, related_name="promises"
    )
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="promises")
    reason = models.CharField("pourquoi", max_length=300)
    expected_on = models.DateField("attendue le")
    made_at = models.DateTimeField("annoncée le")

    class Meta:
        verbose_name = "pièce annoncée"
        verbose_name_plural = "pièces annoncées"
        constraints = (
            models.UniqueConstraint(fields=("case_file", "kind"), name="promise_unique"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="promise_has_reason",
                violation_error_message="Dites pourquoi vous ne l’avez pas encore.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} attendue le {format_date(self.expected_on)}"
