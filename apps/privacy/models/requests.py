from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.models import CaseFile
from apps.core import clock
from apps.core.dates import format_date
from apps.files.disk import private_storage, upload_to
from apps.privacy.enums import PackStatus, RequestStatus


class DataPack(models.Model):
    """A copy of everything kept about a person: a ZIP made by a job, gone after some days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="data_packs",
        verbose_name="personne",
    )
    status = models.CharField(
        "état", max_length=5, choices=PackStatus.choices, default=PackStatus.ASKED
    )
    asked_at = models.DateTimeField("demandée le")
    ready_at = models.DateTimeField("prête le", null=True, blank=True)
    expires_at = models.DateTimeField("gardée jusqu’au", null=True, blank=True)
    file = models.FileField(
        "archive", storage=private_storage, upload_to=upload_to, max_length=100, blank=True
    )
    size = models.PositiveBigIntegerField("taille en octets", null=True, blank=True)

    class Meta:
        verbose_name = "copie de données"
        verbose_name_plural = "copies de données"
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PackStatus.values), name="data_pack_status_known"
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(status=PackStatus.ASKED),
                name="data_pack_one_at_a_time",
                violation_error_message="Une copie est déjà en préparation.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=PackStatus.READY, ready_at__isnull=False, expires_at__isnull=False)
                    & ~Q(file="")
                )
                | (~Q(status=PackStatus.READY) & Q(file="")),
                name="data_pack_ready_has_a_file",
                violation_error_message="Une copie prête a son archive et sa date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("asked_at")),
                name="data_pack_expires_later",
                violation_error_message="Une copie est gardée quelques jours.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({format_date(clock.paris_date(self.asked_at))})"


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def at_desk_of(self, user: User) -> ErasureRequestQuerySet:
        """Those of the people whose files `user` answers for, or reads as an auditor.

        Who has no file belongs to no programme: any head answers them.
        """
        if user.is_superuser:
            return self
        files = CaseFile.objects.filter(applicant=OuterRef("user"))
        scopes = user.programmes_for(Role.HEAD, Role.AUDITOR)
        if scopes is None:
            return self
        if not scopes:
            return self.none()
        return self.filter(Exists(files.filter(programme__in=scopes)) | ~Exists(files))


class ErasureRequest(models.Model):
    """A person asks that their data be erased; the guichet erases what may be, and answers."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="erasure_requests",
        verbose_name="personne",
    )
    status = models.CharField(
        "état", max_length=4, choices=RequestStatus.choices, default=RequestStatus.OPEN
    )
    message = models.TextField("message", blank=True, max_length=2000)
    asked_at = models.DateTimeField("demandé le")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="traité par",
    )
    handled_at = models.DateTimeField("traité le", null=True, blank=True)
    answer = models.TextField("réponse", blank=True, max_length=4000)
    erased_count = models.PositiveIntegerField("dossiers effacés", default=0)
    kept_count = models.PositiveIntegerField("dossiers gardés", default=0)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’effacement"
        verbose_name_plural = "demandes d’effacement"
        ordering = ("status", "asked_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="erasure_request_status_known"
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(status=RequestStatus.OPEN),
                name="erasure_request_one_open",
                violation_error_message="Une demande est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN, handled_by=None, handled_at=None)
                | Q(
                    status=RequestStatus.DONE,
                    handled_by__isnull=False,
                    handled_at__isnull=False,
                ),
                name="erasure_request_done_by_someone",
                violation_error_message="Une demande traitée l’est par quelqu’un, un jour.",
            ),
        )

    def __str__(self) -> str:
        return f"Demande du {format_date(clock.paris_date(self.asked_at))}"
