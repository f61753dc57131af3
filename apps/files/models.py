"""Private files: what people send us, and the documents we make."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.files.disk import private_storage, upload_to
from apps.files.enums import ContentType, ScanStatus
from apps.files.limits import MAX_NAME_LENGTH


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def awaiting_scan(self) -> StoredFileQuerySet:
        return self.filter(scan_status=ScanStatus.PENDING)


class StoredFile(models.Model):
    """One file, never changed once stored. Whatever points to it does so with PROTECT."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(
        "fichier", storage=private_storage, upload_to=upload_to, max_length=100, unique=True
    )
    original_name = models.CharField(
        "nom", max_length=MAX_NAME_LENGTH, help_text="Nom donné par la personne, nettoyé."
    )
    content_type = models.CharField("type", max_length=20, choices=ContentType.choices)
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    page_count = models.PositiveIntegerField("nombre de pages", null=True, blank=True)
    scan_status = models.CharField("analyse antivirus", max_length=12, choices=ScanStatus.choices)
    scanned_at = models.DateTimeField("analysé le", null=True, blank=True)
    threat = models.CharField("menace trouvée", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stored_files",
        verbose_name="déposé par",
        help_text="Vide : document produit par le portail.",
    )
    created_at = models.DateTimeField("reçu le")
    erased_at = models.DateTimeField("effacé le", null=True, editable=False)

    objects: ClassVar[Any] = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"
        ordering = ("-created_at",)
        indexes = (
            models.Index(
                fields=("created_at",),
                condition=Q(scan_status=ScanStatus.PENDING),
                name="stored_file_awaiting_scan",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(content_type__in=ContentType.values),
                name="stored_file_type_known",
                violation_error_message="Ce type de fichier n’est pas accepté.",
            ),
            models.CheckConstraint(
                condition=Q(scan_status__in=ScanStatus.values),
                name="stored_file_scan_status_known",
                violation_error_message="État d’analyse inconnu.",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="stored_file_not_empty",
                violation_error_message="Un fichier vide n’est pas conservé.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="stored_file_sha256_form",
                violation_error_message="L’empreinte compte 64 chiffres hexadécimaux.",
            ),
            models.CheckConstraint(
                condition=Q(
                    content_type=ContentType.PDF, page_count__isnull=False, page_count__gt=0
                )
                | (~Q(content_type=ContentType.PDF) & Q(page_count=None)),
                name="stored_file_pages_of_pdf_only",
                violation_error_message="Seul un PDF a un nombre de pages.",
            ),
            models.CheckConstraint(
                condition=Q(
                    scan_status__in=(ScanStatus.CLEAN, ScanStatus.INFECTED),
                    scanned_at__isnull=False,
                )
                | Q(
                    scan_status__in=(ScanStatus.PENDING, ScanStatus.NOT_SCANNED),
                    scanned_at__isnull=True,
                ),
                name="stored_file_scanned_at_when_scanned",
                violation_error_message="La date d’analyse accompagne le résultat.",
            ),
            models.CheckConstraint(
                condition=Q(threat="") | Q(scan_status=ScanStatus.INFECTED),
                name="stored_file_threat_when_infected",
                violation_error_message="Une menace n’est notée que pour un fichier infecté.",
            ),
        )

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_image(self) -> bool:
        return self.content_type != ContentType.PDF

    @property
    def can_preview(self) -> bool:
        """Whether every browser shows it in a page; only Safari reads HEIC."""
        return self.content_type in {ContentType.JPEG, ContentType.PNG}
