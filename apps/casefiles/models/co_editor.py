from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.accounts.models import User
from apps.casefiles.enums import CaseFileState
from apps.casefiles.models.casefile import CaseFile, CaseFileQuerySet


class CoEditorQuerySet(models.QuerySet["CoEditor"]):
    def standing(self) -> CoEditorQuerySet:
        """Invited, whether they came or not, and not sent away since."""
        return self.filter(revoked_at=None)

    def of(self, user: User) -> CoEditorQuerySet:
        """The invitations that this person has accepted and that still hold."""
        return self.standing().filter(user=user)

    def drafts_of(self, user: User) -> CaseFileQuerySet:
        """The drafts that others invited this person to fill in."""
        invited = self.of(user).values("case_file")
        drafts: CaseFileQuerySet = CaseFile.objects.filter(
            state=CaseFileState.DRAFT, pk__in=invited
        )
        return drafts


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="CoEditorHistory",
)
class CoEditor(models.Model):
    """Somebody who fills a draft in with its applicant. They never send it.

    Invited by a signed link that only the account of the same address may follow.
    """

    case_file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="co_editors")
    email = models.EmailField("adresse e-mail")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="invité par",
    )
    invited_at = models.DateTimeField("invité le")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="compte",
    )
    accepted_at = models.DateTimeField("accepté le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = CoEditorQuerySet.as_manager()

    class Meta:
        verbose_name = "corédacteur"
        verbose_name_plural = "corédacteurs"
        ordering = ("invited_at", "id")
        constraints = (
            models.UniqueConstraint(
                "case_file",
                Lower("email"),
                condition=Q(revoked_at=None),
                name="co_editor_invited_once",
                violation_error_message="Cette personne est déjà invitée.",
            ),
            models.CheckConstraint(
                condition=Q(user=None, accepted_at=None)
                | Q(user__isnull=False, accepted_at__isnull=False),
                name="co_editor_accepts_with_an_account",
                violation_error_message="Une invitation s’accepte avec un compte.",
            ),
        )

    def __str__(self) -> str:
        return self.email
