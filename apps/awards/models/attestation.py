from __future__ import annotations

from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import User
from apps.awards.enums import Presence
from apps.core.dates import format_datetime
from apps.core.one_time_codes import OneTimeCode


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="DesignatedAttesterHistory",
)
class DesignatedAttester(models.Model):
    """Who attests from now on, set by an agent: the person named in the request has left, or
    was not at that address. Without a row, the programme says who attests."""

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="designated_attester"
    )
    name = models.CharField("prénom et nom", max_length=160)
    email = models.EmailField("adresse e-mail")
    capacity = models.CharField("qualité", max_length=80)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("indiqué le")

    class Meta:
        verbose_name = "personne qui atteste"
        verbose_name_plural = "personnes qui attestent"
        constraints = (
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(email="") & ~Q(capacity=""),
                name="designated_attester_is_complete",
                violation_error_message="Indiquez le nom, l’adresse e-mail et la qualité.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.case_file_id})"


class AttestationLink(models.Model):
    """A signed link sent to whoever attests the instalments of one file. Its token is not kept:
    only its digest, so that nobody who reads this table can open a link."""

    case_file = models.ForeignKey(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="attestation_links"
    )
    name = models.CharField("prénom et nom", max_length=160)
    email = models.EmailField("adresse e-mail")
    token_digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField("envoyé le")
    expires_at = models.DateTimeField("valable jusqu’au")
    disowned_at = models.DateTimeField("« ce n’est pas moi », le", null=True)

    class Meta:
        verbose_name = "lien d’attestation"
        verbose_name_plural = "liens d’attestation"
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at"))
                & (Q(disowned_at=None) | Q(disowned_at__gte=F("sent_at"))),
                name="attestation_link_dates_ordered",
                violation_error_message="Un lien expire après son envoi.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="address_is_fixed",
                fields=["case_file", "name", "email", "token_digest", "sent_at", "expires_at"],
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_file_id} ({format_datetime(self.sent_at)})"

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at <= at

    def is_for(self, email: str) -> bool:
        return self.email.lower() == email.lower()


class AttestationCode(OneTimeCode):
    """A code sent to the address of a link, to be typed on its page; only its digest is kept."""

    link = models.ForeignKey(AttestationLink, on_delete=models.CASCADE, related_name="codes")

    class Meta:
        verbose_name = "code d’attestation"
        verbose_name_plural = "codes d’attestation"
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="attestation_code_expires_later",
                violation_error_message="Un code expire après sa création.",
            ),
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AttestationHistory",
)
class Attestation(models.Model):
    """What a third person says of one instalment: once, and for good (triggers).

    It comes through a link, or on a paper that an agent recorded with its scan. Anything but a
    whole presence leaves the amount to an agent, who says why: nothing is reduced in silence.
    """

    instalment = models.OneToOneField(
        "awards.Instalment", on_delete=models.PROTECT, related_name="attestation"
    )
    presence = models.CharField("présence", max_length=8, choices=Presence.choices)
    days = models.PositiveSmallIntegerField("jours de présence", null=True, blank=True)
    comment = models.TextField("commentaire", max_length=500, blank=True)
    given_by = models.CharField("par", max_length=160)
    given_at = models.DateTimeField("le")
    link = models.ForeignKey(
        AttestationLink, on_delete=models.PROTECT, null=True, related_name="attestations"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="enregistrée par",
    )
    scan = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="attestation",
        verbose_name="attestation signée",
    )
    settled_amount = models.DecimalField(
        "montant retenu", max_digits=12, decimal_places=2, null=True
    )
    settled_reason = models.TextField("motif", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField("retenu le", null=True)

    class Meta:
        verbose_name = "attestation"
        verbose_name_plural = "attestations"
        ordering = ("instalment",)
        constraints = (
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="attestation_presence_known"
            ),
            models.CheckConstraint(
                condition=Q(presence=Presence.PART, days__isnull=False, days__gte=1, days__lte=30)
                | (~Q(presence=Presence.PART) & Q(days=None)),
                name="attestation_days_go_with_a_part",
                violation_error_message="Pour une partie du mois, indiquez de 1 à 30 jours.",
            ),
            models.CheckConstraint(
                condition=Q(link__isnull=False, recorded_by=None, scan=None)
                | Q(link=None, recorded_by__isnull=False, scan__isnull=False),
                name="attestation_has_one_origin",
                violation_error_message="Une attestation vient d’un lien, ou d’un papier numérisé.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(settled_amount=None, settled_by=None, settled_at=None, settled_reason="")
                )
                | (
                    Q(
                        settled_amount__isnull=False,
                        settled_amount__gte=0,
                        settled_by__isnull=False,
                        settled_at__isnull=False,
                    )
                    & ~Q(settled_reason="")
                    & ~Q(presence=Presence.WHOLE)
                ),
                name="attestation_settled_is_complete",
                violation_error_message="Un montant retenu a son motif, sa date et son auteur.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="answer_is_final",
                fields=[
                    *("instalment", "presence", "days", "comment", "given_by", "given_at"),
                    *("link", "recorded_by", "scan"),
                ],
            ),
            pgtrigger.Protect(
                name="settled_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_presence_display()} ({self.instalment_id})"

    def is_handled_by(self, user: User) -> bool:
        """Whether this person recorded it from a paper, or settled its amount."""
        return user.pk in (self.recorded_by_id, self.settled_by_id)

    @property
    def needs_settling(self) -> bool:
        """Whether an agent still has to say which amount is due."""
        return self.presence != Presence.WHOLE and self.settled_at is None

    @property
    def answer_label(self) -> str:
        """« Présence une partie du mois, 12 jours »."""
        label = self.get_presence_display()
        if self.days is None:
            return label
        return f"{label}, {self.days} jour{'s' if self.days > 1 else ''}"
