from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.awards.iban import mask_iban
from apps.casefiles.enums import Channel
from apps.core.dates import format_datetime


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    # Not the number itself: see docs/decisions/0012-encryption-of-bank-details.md.
    fields=["case_file", "country", "last4", "holder", "rib", "channel", "given_by", "given_at"],
    model_name="BankDetailsHistory",
)
class BankDetails(models.Model):
    """Where an award is paid. The number is encrypted; `bank_details.reveal_iban` opens it.

    While a payment is with the treasury, the account cannot change (trigger).
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="bank_details"
    )
    ciphertext = models.TextField(editable=False)
    country = models.CharField("pays", max_length=2)
    last4 = models.CharField("quatre derniers caractères", max_length=4)
    holder = models.CharField("titulaire du compte", max_length=70)
    rib = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        related_name="bank_details",
        verbose_name="RIB",
    )
    channel = models.CharField(
        "canal", max_length=10, choices=Channel.choices, default=Channel.ONLINE
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="saisies par",
    )
    given_at = models.DateTimeField("données le")

    class Meta:
        verbose_name = "coordonnées bancaires"
        verbose_name_plural = "coordonnées bancaires"
        constraints = (
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="bank_details_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$") & Q(last4__regex=r"^[0-9A-Z]{4}$"),
                name="bank_details_mask_form",
                violation_error_message="Le pays compte deux lettres, la fin quatre caractères.",
            ),
            models.CheckConstraint(
                condition=~Q(holder=""),
                name="bank_details_have_a_holder",
                violation_error_message="Indiquez le titulaire du compte.",
            ),
            models.CheckConstraint(
                # A Fernet token: an account number in clear never begins so.
                condition=Q(ciphertext__startswith="gAAAAA"),
                name="bank_details_are_encrypted",
                violation_error_message="Le numéro de compte se garde chiffré.",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(name="file_is_fixed", fields=["case_file"]),
            pgtrigger.Trigger(
                name="account_of_a_payment_on_its_way",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM awards_instalment
                        WHERE case_file_id = OLD.case_file_id AND status = 'exported'
                    ) AND (
                        TG_OP = 'DELETE'
                        OR (NEW.country, NEW.last4, NEW.holder, NEW.rib_id)
                            IS DISTINCT FROM (OLD.country, OLD.last4, OLD.holder, OLD.rib_id)
                    ) THEN
                        RAISE EXCEPTION 'a payment of file % is on its way', OLD.case_file_id;
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        )

    def __str__(self) -> str:
        return self.masked

    @property
    def masked(self) -> str:
        """« FR•• •••• •••• 1234 »."""
        return mask_iban(country=self.country, last4=self.last4)

    @property
    def owner_key(self) -> str:
        """What the encrypted number is tied to."""
        return f"bank-details:{self.case_file_id}"


class BankDetailsAccess(models.Model):
    """One look at an account number or at a RIB: who, when, why. Append-only (trigger)."""

    class Seen(models.TextChoices):
        IBAN = "iban", "IBAN complet"
        RIB = "rib", "RIB"

    details = models.ForeignKey(BankDetails, on_delete=models.PROTECT, related_name="accesses")
    seen = models.CharField("vu", max_length=4, choices=Seen.choices)
    masked = models.CharField("compte", max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    purpose = models.CharField("pourquoi", max_length=200)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "consultation de coordonnées bancaires"
        verbose_name_plural = "consultations de coordonnées bancaires"
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(seen__in=("iban", "rib")), name="bank_access_seen_known"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=""),
                name="bank_access_has_a_purpose",
                violation_error_message="Dites pourquoi vous consultez ce compte.",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.masked}, {format_datetime(self.at)}"
