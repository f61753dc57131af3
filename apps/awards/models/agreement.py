from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="AgreementHistory",
)
class Agreement(models.Model):
    """The signed agreement of an award, and the two facts that end the file.

    `settled_on` and `commitment_ended_on` are recorded by hand: nothing here computes them.
    """

    case_file = models.OneToOneField(
        "casefiles.CaseFile", on_delete=models.PROTECT, related_name="agreement"
    )
    signed_on = models.DateField("signée le")
    scan = models.OneToOneField(
        "files.StoredFile",
        on_delete=models.PROTECT,
        related_name="agreement",
        verbose_name="convention signée",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistrée le")
    settled_on = models.DateField("dernier versement le", null=True, blank=True)
    commitment_ended_on = models.DateField("engagement terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "convention"
        verbose_name_plural = "conventions"
        constraints = (
            models.CheckConstraint(
                condition=Q(recorded_at__date__gte=F("signed_on")),
                name="agreement_signed_before_recorded",
                violation_error_message="Une convention s’enregistre une fois signée.",
            ),
            models.CheckConstraint(
                condition=(Q(settled_on=None) | Q(settled_on__gte=F("signed_on")))
                & (Q(commitment_ended_on=None) | Q(commitment_ended_on__gte=F("signed_on"))),
                name="agreement_dates_ordered",
                violation_error_message="Les dates de la convention ne se suivent pas.",
            ),
        )

    def __str__(self) -> str:
        return f"Convention du dossier {self.case_file_id}"
